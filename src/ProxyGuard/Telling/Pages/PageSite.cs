using System.Collections.Immutable;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Telling.Pages;

/// <summary>What all pages of a site have in common.</summary>
/// <param name="Prefix">The reserved prefix, with a slash at both ends.</param>
/// <param name="Languages">The site's, as two-letter codes; at least one.</param>
internal sealed record PageSite(string Prefix, ImmutableArray<string> Languages)
{
    /// <summary>Of the request that the page answers, where a member may want to name it; null on all other pages.</summary>
    public string? RequestId { get; init; }

    public static PageSite Of(GuardSettings settings) => new(settings.Prefix, settings.Rules.Site.Languages);
}
