using System.Text;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Html;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Banner;

/// <summary>Header fields in, facts for the gates out; and what becomes of a response's fields when its body changes.</summary>
internal static class BannerHeaders
{
    /// <summary>Tells a ProxyGuard in front of this one that the tag is seen to.</summary>
    public const string Mark = "X-ProxyGuard";

    private static readonly string[] Digests = ["Content-MD5", "Digest", "Content-Digest", "Repr-Digest", "Signature", "Content-Range"];

    // Each of them is a statement about the upstream's bytes, or lets a cache keep a page longer than the incident lasts.
    private static readonly string[] NoLongerTrue =
    [
        HeaderNames.ContentLength, HeaderNames.ETag, HeaderNames.LastModified, HeaderNames.AcceptRanges, HeaderNames.Expires,
        "CDN-Cache-Control", "X-Accel-Expires",
    ];

    public static PageRequest Read(HttpRequest request, string ownPrefix)
    {
        IHeaderDictionary headers = request.Headers;
        return new PageRequest
        {
            Method = request.Method,
            IsOwnPath = request.Path.Value is { } path && path.StartsWith(ownPrefix, StringComparison.OrdinalIgnoreCase),
            SecFetchDest = headers["Sec-Fetch-Dest"],
            SecFetchMode = headers["Sec-Fetch-Mode"],
            Purpose = headers["Sec-Purpose"] is { Count: > 0 } purpose ? purpose : headers["Purpose"],
            Accept = headers.Accept,
            XRequestedWith = headers.XRequestedWith,
            Range = headers.Range,
            IfRange = headers.IfRange,
            Upgrade = headers.Upgrade,
            NavigationPreload = headers["Service-Worker-Navigation-Preload"],
        };
    }

    public static PageResponse Read(HttpResponse response, HttpResponseMessage upstream)
    {
        IHeaderDictionary headers = response.Headers;
        return new PageResponse
        {
            Status = response.StatusCode,
            Type = PageType.Parse(headers.ContentType),
            Disposition = headers.ContentDisposition,
            Coding = ContentCodings.Parse(headers.ContentEncoding),
            CacheControl = headers.CacheControl,
            IsDigested = Array.Exists(Digests, headers.ContainsKey),
            // Only what came from the upstream counts: our own fields may stand in the response already.
            IsMarked = upstream.Headers.NonValidated.Contains(Mark),
            Validator = headers.ETag is { Count: > 0 } tag ? tag : headers.LastModified,
            Length = headers.ContentLength,
        };
    }

    public static ScriptAllowance ReadAllowance(HttpContext http, string scriptPath)
    {
        StringValues policies = http.Response.Headers.ContentSecurityPolicy;
        if (policies.Count == 0)
            return new ScriptAllowance(true, null);

        HttpRequest request = http.Request;
        int port = request.Host.Port ?? (request.IsHttps ? 443 : 80);
        return ScriptAllowance.Ask(policies.ToArray(), new ScriptAddress(request.Scheme, request.Host.Host, port, scriptPath));
    }

    /// <summary>
    /// What a shared page goes by once it carries the tag; null where it has nothing. With it go the mode and the label, for a cache may
    /// keep those of the copy (nginx does). Asked before <see cref="Change"/>.
    /// </summary>
    public static string? ValidatorOf(HttpContext http, PageResponse page, PageRequest request, ReadOnlySpan<byte> tagged)
    {
        IHeaderDictionary headers = http.Response.Headers;
        return CacheLifetime.IsShareable(headers.CacheControl.ToString(), IsForOne(http))
            ? PageValidator.Of(
                page, Encoding.ASCII.GetString(tagged), request.IsNavigation ? "navigation" : "",
                headers[StatusHeaders.Mode].ToString(), headers[StatusHeaders.AsOf].ToString())
            : null;
    }

    /// <summary>The same for HEAD as for GET, because a HEAD may update what a cache has of the GET (RFC 9111 section 4.3.5).</summary>
    /// <param name="isEncoded">Whether the body goes out in the coding in which it came.</param>
    public static void Change(HttpContext http, bool isEncoded)
    {
        IHeaderDictionary headers = http.Response.Headers;
        foreach (string name in NoLongerTrue)
            headers.Remove(name);
        if (!isEncoded)
            headers.Remove(HeaderNames.ContentEncoding);

        headers.CacheControl = CacheLifetime.OfTagged(headers.CacheControl.ToString(), IsForOne(http));
        headers["Surrogate-Control"] = CacheLifetime.ContentOf(headers["Surrogate-Control"].ToString());
        headers[Mark] = "1";
        if (!headers.Vary.ToString().Contains(HeaderNames.AcceptEncoding, StringComparison.OrdinalIgnoreCase) && headers.Vary != "*")
            headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
    }

    /// <summary>
    /// Of a page that was changed, to a client that has it: the head of 304 is that of the page (RFC 9110, section 15.4.5), without what
    /// tells of a body.
    /// </summary>
    public static void TellUnchanged(HttpResponse response)
    {
        response.StatusCode = StatusCodes.Status304NotModified;
        response.HttpContext.Features.GetRequiredFeature<IHttpResponseFeature>().ReasonPhrase = null;
        response.Headers.Remove(HeaderNames.ContentType);
        response.Headers.Remove(HeaderNames.ContentEncoding);
    }

    // Our own cookie comes later, with the answer to a write.
    private static bool IsForOne(HttpContext http) =>
        http.Response.Headers.SetCookie.Count > 0 || HttpMethods.IsPost(http.Request.Method);
}
