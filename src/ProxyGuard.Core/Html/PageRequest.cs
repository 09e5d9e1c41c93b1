namespace ProxyGuard.Core.Html;

/// <summary>
/// What a request says about whether its answer is a page that a person will look at. Header fields are as received,
/// several lines joined with commas; null or empty means absent.
/// </summary>
public readonly record struct PageRequest
{
    public required string Method { get; init; }

    /// <summary>Under the reserved prefix: answered by ProxyGuard itself.</summary>
    public bool IsOwnPath { get; init; }

    public string? SecFetchDest { get; init; }

    public string? SecFetchMode { get; init; }

    /// <summary>Sec-Purpose (https://fetch.spec.whatwg.org/#sec-purpose-header), or Purpose, as older browsers say it.</summary>
    public string? Purpose { get; init; }

    public string? Accept { get; init; }

    public string? XRequestedWith { get; init; }

    public string? Range { get; init; }

    public string? IfRange { get; init; }

    public string? Upgrade { get; init; }

    public string? NavigationPreload { get; init; }

    /// <summary>
    /// The browser said that it loads a document into a tab, itself or through the page's service worker: better evidence than any first
    /// tag.
    /// </summary>
    public bool IsNavigation => SecFetchDest == "document" || SecFetchDest == "empty" && SecFetchMode == "navigate";

    /// <summary>Null if the answer may carry the tag, otherwise why not.</summary>
    public SkipReason? WhySkip()
    {
        // What a search or a preview by POST answers is as late as any page.
        if (Method is not ("GET" or "HEAD" or "POST"))
            return SkipReason.NotGetOrHead;
        if (IsOwnPath)
            return SkipReason.OwnPath;
        if (!LooksLikeNavigation())
            return SkipReason.NotANavigation;
        if (!string.IsNullOrEmpty(Range) || !string.IsNullOrEmpty(IfRange))
            return SkipReason.RangeRequested;
        if (!string.IsNullOrEmpty(Upgrade))
            return SkipReason.UpgradeRequested;

        return string.IsNullOrEmpty(NavigationPreload) ? null : SkipReason.NavigationPreload;
    }

    // Browsers send Sec-Fetch-Dest only to trustworthy origins, and Safari only since 16.4. What all of them say when they
    // navigate is that they take XHTML; scripts that fetch fragments do not.
    private bool LooksLikeNavigation()
    {
        if (!string.IsNullOrEmpty(SecFetchDest))
            return IsNavigation || SecFetchDest == "empty" && IsPrefetch;

        return Accept is not null
            && Accept.Contains("text/html", StringComparison.OrdinalIgnoreCase)
            && Accept.Contains("application/xhtml+xml", StringComparison.OrdinalIgnoreCase)
            && string.IsNullOrEmpty(XRequestedWith);
    }

    // The page is shown from it later, without another request.
    private bool IsPrefetch => Purpose is not null && Purpose.StartsWith("prefetch", StringComparison.OrdinalIgnoreCase);
}
