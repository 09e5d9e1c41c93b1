using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Unicode;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Public.Pages;
using ProxyGuard.Requests;

namespace ProxyGuard.Guarding;

/// <summary>
/// What a member typed into a form that is refused, to be handed back on the page. Bounded in bytes and time; what cannot be read is simply not shown.
/// Passwords, tokens and files are left out; what was typed below a file is read all the same, because a browser looks at no answer before it has sent all.
/// </summary>
internal static class TypedForm
{
    // Of text. How large the files in between may be, the limits of the site say.
    private const int MostBytes = 256 * 1024;
    private const int MostFields = 50;

    // Of any kind, shown or not.
    private const int MostParts = 200;

    // A browser encodes a form as the page is encoded and does not say how. What is not UTF-8 comes from an old page, and those of our languages are in this.
    private static readonly Encoding OldPages = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    private static readonly string[] Secrets = ["pass", "pwd", "token", "csrf", "xsrf", "secret", "nonce", "authenticity", "session", "captcha", "card", "cvc", "cvv", "iban"];

    /// <summary>
    /// Before a form is forwarded: keeps what passes, in memory, so that it can still be handed back when the web server fails over it. Only what is small enough, and
    /// whose size is known.
    /// </summary>
    public static void Keep(HttpRequest request)
    {
        if (request.ContentLength is > 0 and <= MostBytes && request.HasFormContentType)
            request.EnableBuffering((int)request.ContentLength, request.ContentLength.Value);
    }

    public static async Task<IReadOnlyList<TypedField>> ReadAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (request.Body.CanSeek)
            request.Body.Position = 0;
        // Who asks before sending a body shall hear at once that it is not wanted.
        if (request.Headers.Expect.Count > 0 || !MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type))
            return [];

        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        deadline.CancelAfter(UnwantedBody.Patience);
        var typed = new List<TypedField>();
        try
        {
            if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
                await ReadUrlEncodedAsync(request, typed, deadline.Token).ConfigureAwait(false);
            else if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 70 } boundary)
                await ReadMultipartAsync(request, boundary.ToString(), typed, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (IsInterruption(e))
        {
            // What was read until then is still the member's.
        }

        return typed;
    }

    /// <summary>Too large, too slow, cut off or no form at all.</summary>
    private static bool IsInterruption(Exception e) => e is IOException or InvalidDataException or OperationCanceledException or BadHttpRequestException;

    private static async Task ReadUrlEncodedAsync(HttpRequest request, List<TypedField> typed, CancellationToken deadline)
    {
        byte[] body = await StartOfAsync(request.Body, MostBytes, deadline).ConfigureAwait(false);
        AddUrlEncoded(typed, body);
    }

    /// <summary>As https://url.spec.whatwg.org/#urlencoded-parsing has it, but for the encoding, which is always UTF-8 there.</summary>
    private static void AddUrlEncoded(List<TypedField> typed, ReadOnlySpan<byte> body)
    {
        int parts = 0;
        foreach (Range range in body.Split((byte)'&'))
        {
            if (++parts > MostParts)
                return;
            ReadOnlySpan<byte> field = body[range];
            int end = field.IndexOf((byte)'=');
            if (end >= 0)
                Add(typed, Unescaped(field[..end]), Unescaped(field[(end + 1)..]));
        }
    }

    private static string Unescaped(ReadOnlySpan<byte> escaped) => TextOf(WebUtility.UrlDecodeToBytes(escaped.ToArray(), 0, escaped.Length));

    private static async Task ReadMultipartAsync(HttpRequest request, string boundary, List<TypedField> typed, CancellationToken deadline)
    {
        var reader = new MultipartReader(boundary, request.Body) { HeadersLengthLimit = 4096 };
        int left = MostBytes;
        for (int part = 0; part < MostParts && left > 0 && await reader.ReadNextSectionAsync(deadline).ConfigureAwait(false) is { } section; part++)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition) || !disposition.IsFormDisposition())
                continue;
            byte[] text = await StartOfAsync(section.Body, left, deadline).ConfigureAwait(false);
            left -= text.Length;
            Add(typed, HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), TextOf(text));
        }
    }

    /// <summary>All of it, or its first bytes; when it is cut off, what came until then.</summary>
    private static async Task<byte[]> StartOfAsync(Stream body, int most, CancellationToken deadline)
    {
        using var start = new MemoryStream();
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            int read;
            while (start.Length < most && (read = await body.ReadAsync(buffer, deadline).ConfigureAwait(false)) > 0)
                start.Write(buffer, 0, Math.Min(read, most - (int)start.Length));
        }
        catch (Exception e) when (IsInterruption(e))
        {
            // The caller meets it again with the next read, if there is one.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return start.ToArray();
    }

    private static string TextOf(ReadOnlySpan<byte> bytes)
    {
        if (Utf8.IsValid(bytes))
            return Encoding.UTF8.GetString(bytes);
        // It may have been cut off within a letter. That an old page's letters happen to be UTF-8 is next to impossible.
        for (int cut = 1; cut <= 3 && cut < bytes.Length; cut++)
        {
            if (Utf8.IsValid(bytes[..^cut]) && !Ascii.IsValid(bytes[..^cut]))
                return Encoding.UTF8.GetString(bytes[..^cut]);
        }

        return OldPages.GetString(bytes);
    }

    private static void Add(List<TypedField> typed, string name, string text)
    {
        bool isSecret = name.StartsWith('_') || Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase));
        if (!isSecret && !string.IsNullOrWhiteSpace(text) && typed.Count < MostFields)
            typed.Add(new TypedField(name, text));
    }
}
