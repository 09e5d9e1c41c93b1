namespace ProxyGuard.Core.Html;

/// <summary>A Content-Type: its essence and charset, as WHATWG MIME Sniffing 4.4 reads them.</summary>
/// <param name="IsHtml">text/html: read by the rules of HTML.</param>
/// <param name="IsXhtml">application/xhtml+xml: read by the rules of XML, where a misplaced tag makes an error of the page.</param>
/// <param name="Charset">As it is said; null where it is not.</param>
public readonly record struct PageType(bool IsHtml, bool IsXhtml, string? Charset)
{
    public bool IsPage => IsHtml || IsXhtml;

    /// <summary>
    /// An encoding that browsers know, so that they ask no <c>meta</c>; a label they do not know is no statement. In XML they ask none
    /// at all.
    /// </summary>
    public bool NamesEncoding => IsXhtml || Charset is not null && EncodingLabels.Find(Charset) is not null;

    /// <summary>The bytes can be read as ASCII, or nothing says that they cannot.</summary>
    public bool IsSafe => Charset is null || EncodingLabels.IsSafe(Charset);

    public static PageType Parse(string? contentType)
    {
        ReadOnlySpan<char> rest = contentType;
        // Of several values joined by a comma it is unknown which one a browser trusts.
        ReadOnlySpan<char> essence = HeaderList.Cut(ref rest, ';');
        bool isHtml = essence.Equals("text/html", StringComparison.OrdinalIgnoreCase);
        bool isXhtml = essence.Equals("application/xhtml+xml", StringComparison.OrdinalIgnoreCase);
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> parameter = HeaderList.Cut(ref rest, ';');
            if (HeaderList.Cut(ref parameter, '=').Equals("charset", StringComparison.OrdinalIgnoreCase))
                return new PageType(isHtml, isXhtml, parameter.Trim(" \t").Trim('"').ToString());
        }

        return new PageType(isHtml, isXhtml, null);
    }
}
