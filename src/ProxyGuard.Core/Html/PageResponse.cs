namespace ProxyGuard.Core.Html;

/// <summary>
/// What a response's head says about whether its body may be changed. Header fields are as received, several lines joined
/// with commas; null or empty means absent.
/// </summary>
public readonly record struct PageResponse
{
    public required int Status { get; init; }

    public required PageType Type { get; init; }

    public string? Disposition { get; init; }

    /// <summary>Null for one that we do not know.</summary>
    public required ContentCoding? Coding { get; init; }

    public string? CacheControl { get; init; }

    /// <summary>Any of Content-MD5, Digest, Content-Digest, Repr-Digest, Signature and Content-Range is there.</summary>
    public bool IsDigested { get; init; }

    /// <summary>A ProxyGuard behind this one has seen to the tag.</summary>
    public bool IsMarked { get; init; }

    /// <summary>What the site tells its own page by: the ETag, or Last-Modified where there is none.</summary>
    public string? Validator { get; init; }

    /// <summary>In bytes; null if not announced.</summary>
    public long? Length { get; init; }

    /// <summary>Null if the body may be changed, otherwise why not. The content security policy is a question of its own.</summary>
    public SkipReason? WhySkip()
    {
        if (!IsOfPage(Status))
            return SkipReason.StatusNotOk;
        if (!Type.IsPage)
            return SkipReason.NotHtml;
        if (!IsInline())
            return SkipReason.NotInline;
        if (Coding is null)
            return SkipReason.UnknownCoding;
        // RFC 9110 section 7.7: a proxy MUST NOT transform such content.
        if (HeaderList.Has(CacheControl, "no-transform"))
            return SkipReason.NoTransform;
        if (IsDigested)
            return SkipReason.Digested;
        if (!Type.IsSafe)
            return SkipReason.UnsafeCharset;
        if (IsMarked)
            return SkipReason.AlreadyMarked;

        return Length is 0 ? SkipReason.NoBody : null;
    }

    // A photo that only the primary has is a 404 on a replica that is late: there the label matters most. What has no body, is a part,
    // leads elsewhere or was changed by another proxy (203) is left alone.
    private static bool IsOfPage(int status) => status is 200 or 201 or 202 or (>= 400 and < 600);

    // RFC 6266 section 4.2: what is not understood is an attachment.
    private bool IsInline()
    {
        ReadOnlySpan<char> rest = Disposition;
        return rest.IsEmpty || Same(HeaderList.Cut(ref rest, ';'), "inline");
    }

    private static bool Same(ReadOnlySpan<char> value, string word) => value.Trim(" \t").Equals(word, StringComparison.OrdinalIgnoreCase);
}
