using System.Diagnostics;
using Microsoft.Extensions.Primitives;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Telling.Status;

/// <summary>The headers of ours that every response may carry. Their names and values are a contract.</summary>
internal static class StatusHeaders
{
    /// <summary>On every response: the site's mode.</summary>
    public const string Mode = "X-ProxyGuard-Mode";

    /// <summary>On a page whose data is not current: as of when it is, RFC 3339.</summary>
    public const string AsOf = "X-ProxyGuard-As-Of";

    private static readonly StringValues Normal = PublicNames.Of(SiteMode.Normal);
    private static readonly StringValues ReadOnly = PublicNames.Of(SiteMode.ReadOnly);
    private static readonly StringValues Maintenance = PublicNames.Of(SiteMode.Maintenance);

    /// <summary>Replaces whatever the response has under that name; allocates nothing.</summary>
    public static void SetMode(IHeaderDictionary headers, SiteMode mode) => headers[Mode] = mode switch
    {
        SiteMode.Normal => Normal,
        SiteMode.ReadOnly => ReadOnly,
        SiteMode.Maintenance => Maintenance,
        _ => throw new UnreachableException($"mode {mode}"),
    };

    /// <summary>Both, in place of whatever the response has under these names; nothing is allocated where the page is current.</summary>
    /// <param name="asOf">Null: the page is current, or its age is unknown.</param>
    public static void Replace(IHeaderDictionary headers, SiteMode mode, DateTimeOffset? asOf)
    {
        SetMode(headers, mode);
        if (asOf is { } time)
            headers[AsOf] = PublicNames.Of(time);
        else
            headers.Remove(AsOf);
    }
}
