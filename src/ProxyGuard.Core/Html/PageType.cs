namespace ProxyGuard.Core.Html;

/// <summary>A Content-Type: its essence and charset, as WHATWG MIME Sniffing 4.4 reads them.</summary>
public readonly record struct PageType(bool IsHtml, string? Charset)
{
    /// <summary>An encoding that browsers know, so that they ask no <c>meta</c>; a label they do not know is no statement.</summary>
    public bool NamesEncoding => Charset is not null && EncodingLabels.Find(Charset) is not null;

    /// <summary>The bytes can be read as ASCII, or nothing says that they cannot.</summary>
    public bool IsSafe => Charset is null || EncodingLabels.IsSafe(Charset);

    public static PageType Parse(string? contentType)
    {
        ReadOnlySpan<char> rest = contentType;
        // XHTML is parsed by other rules; of several values joined by a comma it is unknown which one a browser trusts.
        bool isHtml = HeaderList.Cut(ref rest, ';').Equals("text/html", StringComparison.OrdinalIgnoreCase);
        while (!rest.IsEmpty)
        {
            ReadOnlySpan<char> parameter = HeaderList.Cut(ref rest, ';');
            if (HeaderList.Cut(ref parameter, '=').Equals("charset", StringComparison.OrdinalIgnoreCase))
                return new PageType(isHtml, parameter.Trim(" \t").Trim('"').ToString());
        }

        return new PageType(isHtml, null);
    }
}
