using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Telling.Admin;

/// <summary>Answers of the management API: JSON objects, and RFC 9457 problems.</summary>
internal static class AdminJson
{
    // Read in terminals, never put into a page: quotes stay quotes.
    private static readonly JsonWriterOptions Readable =
        new() { Indented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="write">Writes the members of the one object.</param>
    public static Task WriteAsync(HttpContext context, int status, Action<Utf8JsonWriter> write) =>
        WriteAsync(context, status, "application/json", write);

    /// <summary>The same object as a text, without a line's end.</summary>
    public static string Text(Action<Utf8JsonWriter> write) => VisibleText.Of(Encoding.UTF8.GetString(BytesOf(write)), keepsLines: true);

    public static Task ProblemAsync(HttpContext context, int status, string detail, IReadOnlyList<string>? errors = null) =>
        WriteAsync(context, status, "application/problem+json", json =>
        {
            json.WriteString("title", Microsoft.AspNetCore.WebUtilities.ReasonPhrases.GetReasonPhrase(status));
            json.WriteNumber("status", status);
            json.WriteString("detail", detail);
            if (errors is null)
                return;
            json.WriteStartArray("errors");
            foreach (string error in errors)
                json.WriteStringValue(error);
            json.WriteEndArray();
        });

    public static Task TextAsync(HttpContext context, int status, string text) =>
        SendAsync(context, status, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(text));

    private static Task WriteAsync(HttpContext context, int status, string contentType, Action<Utf8JsonWriter> write) =>
        SendAsync(context, status, contentType, Encoding.UTF8.GetBytes(Text(write) + '\n'));

    private static ReadOnlySpan<byte> BytesOf(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Readable))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan;
    }

    private static Task SendAsync(HttpContext context, int status, string contentType, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = contentType;
        return ResponseBody.WriteAsync(context, body);
    }
}
