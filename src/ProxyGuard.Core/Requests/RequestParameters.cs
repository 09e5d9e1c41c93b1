using System.Collections.Immutable;
using System.Text;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// The parameters of one request, as far as they were read: those of the query, and where somebody looked, those of the form and the
/// cookies. Pure and bounded, for they come from strangers.
/// </summary>
public sealed class RequestParameters
{
    /// <summary>PHP itself leaves out what comes after a thousand (max_input_vars).</summary>
    private const int Most = 500;

    private readonly ImmutableArray<RequestParameter> _all;

    private RequestParameters(ImmutableArray<RequestParameter> all, bool areAll, bool isOnlyOne)
    {
        _all = all;
        AreAll = areAll && all.Length <= Most;
        IsOnlyOne = isOnlyOne && AreAll;
    }

    /// <summary>Whether these are all. Where a body is no form that can be read, it is unknown what it says.</summary>
    public bool AreAll { get; }

    /// <summary>Whether every reader takes it apart into the same ones.</summary>
    public bool IsOnlyOne { get; }

    public ImmutableArray<RequestParameter> All => _all;

    /// <summary>Those of a query alone.</summary>
    /// <param name="query">As sent, with or without its question mark; empty for none.</param>
    public static RequestParameters OfQuery(ReadOnlySpan<char> query)
    {
        query = query.TrimStart('?');
        return new(UrlEncoded(ParameterSource.Query, query), areAll: true, isOnlyOne: !query.Contains(';'));
    }

    /// <summary>All that a request says.</summary>
    /// <param name="query">As sent.</param>
    /// <param name="cookies">The Cookie header's value; empty for none.</param>
    /// <param name="contentType">The header's value; null for none.</param>
    /// <param name="body">To its end; empty for none.</param>
    public static RequestParameters Of(ReadOnlySpan<char> query, ReadOnlySpan<char> cookies, string? contentType, ReadOnlySpan<byte> body)
    {
        RequestParameters head = OfQuery(query);
        ImmutableArray<RequestParameter> form = [];
        if (!body.IsEmpty && !TryForm(contentType, body, out form))
            return new([.. head._all, .. form], areAll: false, isOnlyOne: false);
        ImmutableArray<RequestParameter> baked = UrlEncoded(ParameterSource.Cookie, cookies);
        // Among cookies a semicolon is what parts them.
        bool isOnlyOne = head.IsOnlyOne && (IsInParts(contentType) || !body.Contains((byte)';'));
        return new([.. head._all, .. form, .. baked], head.AreAll, isOnlyOne);
    }

    private static bool TryForm(string? contentType, ReadOnlySpan<byte> body, out ImmutableArray<RequestParameter> form)
    {
        form = [];
        if (IsInParts(contentType))
            return MultipartForm.TryRead(contentType!, body, Most, out form);
        if (!IsUrlEncoded(contentType) || !Ascii.IsValid(body))
            return false;
        form = UrlEncoded(ParameterSource.Form, Encoding.ASCII.GetString(body));
        return true;
    }

    private static bool IsInParts(string? contentType) =>
        contentType is not null && contentType.StartsWith(MultipartForm.MediaType, StringComparison.OrdinalIgnoreCase);

    // Another charset would be another text.
    private static bool IsUrlEncoded(string? contentType) =>
        contentType?.Replace(" ", "", StringComparison.Ordinal).ToUpperInvariant()
            is "APPLICATION/X-WWW-FORM-URLENCODED" or "APPLICATION/X-WWW-FORM-URLENCODED;CHARSET=UTF-8";

    private static ImmutableArray<RequestParameter> UrlEncoded(ParameterSource source, ReadOnlySpan<char> text)
    {
        var all = ImmutableArray.CreateBuilder<RequestParameter>();
        foreach (Range range in text.SplitAny('&', ';'))
        {
            ReadOnlySpan<char> pair = source == ParameterSource.Cookie ? text[range].Trim() : text[range];
            if (pair.IsEmpty)
                continue;
            // One more than may be tells that there are too many.
            if (all.Count > Most)
                break;
            int equals = pair.IndexOf('=');
            string name = (equals < 0 ? pair : pair[..equals]).ToString();
            string value = equals < 0 ? "" : pair[(equals + 1)..].ToString();
            all.Add(new(source, name, value, isEncoded: true));
        }

        return all.ToImmutable();
    }
}
