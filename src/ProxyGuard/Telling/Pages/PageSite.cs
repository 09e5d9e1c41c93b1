using System.Collections.Immutable;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Telling.Pages;

/// <summary>What all pages of a site have in common.</summary>
/// <param name="Prefix">The reserved prefix, with a slash at both ends.</param>
/// <param name="Languages">The site's, as two-letter codes; at least one.</param>
internal sealed record PageSite(string Prefix, ImmutableArray<string> Languages)
{
    public static PageSite Of(GuardSettings settings) => new(settings.Prefix, settings.Rules.Site.Languages);
}
