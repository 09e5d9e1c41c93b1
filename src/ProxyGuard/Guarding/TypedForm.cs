using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Public.Pages;

namespace ProxyGuard.Guarding;

/// <summary>
/// What a member typed into a form that is refused, to be handed back on the page. Bounded in bytes and time; what cannot be read is simply not shown.
/// Passwords, tokens and files are left out.
/// </summary>
internal static class TypedForm
{
    private const int MostBytes = 256 * 1024;
    private const int MostFields = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

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
        deadline.CancelAfter(Patience);
        var typed = new List<TypedField>();
        try
        {
            if (type.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
                await ReadUrlEncodedAsync(request, typed, deadline.Token).ConfigureAwait(false);
            else if (type.MediaType.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase) && HeaderUtilities.RemoveQuotes(type.Boundary) is { Length: > 0 and <= 70 } boundary)
                await ReadMultipartAsync(request, boundary.ToString(), typed, deadline.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or OperationCanceledException or BadHttpRequestException)
        {
            // Too large, too slow, cut off or no form at all: what was read until then is still the member's.
        }

        return typed;
    }

    private static async Task ReadUrlEncodedAsync(HttpRequest request, List<TypedField> typed, CancellationToken deadline)
    {
        using var reader = new FormReader(request.Body, Encoding.UTF8, ArrayPool<char>.Shared) { ValueCountLimit = MostFields * 4, KeyLengthLimit = 256, ValueLengthLimit = MostBytes };
        foreach ((string name, StringValues values) in await reader.ReadFormAsync(deadline).ConfigureAwait(false))
        {
            foreach (string? text in values)
                Add(typed, name, text ?? "");
        }
    }

    private static async Task ReadMultipartAsync(HttpRequest request, string boundary, List<TypedField> typed, CancellationToken deadline)
    {
        var reader = new MultipartReader(boundary, request.Body) { HeadersLengthLimit = 4096, BodyLengthLimit = MostBytes };
        while (await reader.ReadNextSectionAsync(deadline).ConfigureAwait(false) is { } section)
        {
            if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition) || !disposition.IsFormDisposition())
                continue;
            using var text = new StreamReader(section.Body, Encoding.UTF8);
            Add(typed, HeaderUtilities.RemoveQuotes(disposition.Name).ToString(), await text.ReadToEndAsync(deadline).ConfigureAwait(false));
        }
    }

    private static void Add(List<TypedField> typed, string name, string text)
    {
        bool isSecret = name.StartsWith('_') || Secrets.Any(secret => name.Contains(secret, StringComparison.OrdinalIgnoreCase));
        if (!isSecret && !string.IsNullOrWhiteSpace(text) && typed.Count < MostFields)
            typed.Add(new TypedField(name, text));
    }
}
