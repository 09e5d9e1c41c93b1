using System.Text;
using Microsoft.AspNetCore.Http;

namespace ProxyGuard.Tests.Telling.Banner;

/// <summary>Answers that an upstream may give.</summary>
internal static class Upstreams
{
    public const string Html = "text/html; charset=utf-8";
    public const string Head = "<!DOCTYPE html>\n<html lang=\"de\"><head>";
    public const string Rest = "<title>Fotos</title></head><body><p>Grüße</p></body></html>";
    public const string Page = Head + Rest;
    public static readonly string TaggedPage = Head + BannerRig.TagText + Rest;

    public static RequestDelegate Sends(string body, string type = Html, params (string Name, string Value)[] headers) =>
        Sends(Encoding.UTF8.GetBytes(body), type, headers);

    public static RequestDelegate Sends(byte[] body, string type, params (string Name, string Value)[] headers) => async http =>
    {
        Describe(http.Response, type, headers);
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method))
            await http.Response.Body.WriteAsync(body, http.RequestAborted);
    };

    /// <summary>Chunked, each piece on its way before the next is written.</summary>
    public static RequestDelegate Dribbles(IEnumerable<byte[]> pieces, params (string Name, string Value)[] headers) => async http =>
    {
        Describe(http.Response, Html, headers);
        foreach (byte[] piece in pieces)
        {
            await http.Response.Body.WriteAsync(piece, http.RequestAborted);
            await http.Response.Body.FlushAsync(http.RequestAborted);
        }
    };

    public static RequestDelegate BreaksOffAfter(byte[] part, params (string Name, string Value)[] headers) => async http =>
    {
        await Dribbles([part], headers)(http);
        http.Abort();
    };

    private static void Describe(HttpResponse response, string type, (string Name, string Value)[] headers)
    {
        response.Headers.Date = "Sun, 22 Nov 2026 17:40:00 GMT";
        response.ContentType = type;
        foreach ((string name, string value) in headers)
        {
            if (name == ":status")
                response.StatusCode = int.Parse(value, System.Globalization.CultureInfo.InvariantCulture);
            else
                response.Headers.Append(name, value);
        }
    }
}
