using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// A form in parts exactly as browsers write it (https://html.spec.whatwg.org/multipage/form-control-infrastructure.html#multipart-form-data),
/// and in no other spelling: with anything else in it two readers may find two forms (RFC 7578 leaves much to them). Pure.
/// </summary>
internal static partial class MultipartForm
{
    public const string MediaType = "multipart/form-data";

    private const string LineEnd = "\r\n";

    /// <summary>False when it is not written so, or has more parts; <paramref name="fields"/> then holds what was read until there.</summary>
    /// <param name="contentType">The header's value, with the boundary.</param>
    /// <param name="body">To its end.</param>
    /// <param name="most">Parts.</param>
    public static bool TryRead(string contentType, ReadOnlySpan<byte> body, int most, out ImmutableArray<RequestParameter> fields)
    {
        fields = [];
        if (BoundaryOf().Match(contentType) is not { Success: true } match)
            return false;
        string delimiter = $"--{match.Groups[1].Value}";
        // Byte for byte; what letters they are does not matter here.
        string text = Encoding.Latin1.GetString(body);
        if (!text.StartsWith(delimiter, StringComparison.Ordinal))
            return false;

        string[] parts = text.Split(delimiter);
        var read = ImmutableArray.CreateBuilder<RequestParameter>();
        for (int part = 1; part < parts.Length - 1 && read.Count < most; part++)
        {
            if (FieldOf(parts[part]) is not { } field)
                break;
            read.Add(field);
        }

        fields = read.ToImmutable();
        return read.Count == parts.Length - 2 && parts[^1] is "--" or "--\r\n";
    }

    /// <param name="part">From behind one delimiter up to the next.</param>
    private static RequestParameter? FieldOf(string part)
    {
        if (!part.StartsWith(LineEnd, StringComparison.Ordinal) || !part.EndsWith(LineEnd, StringComparison.Ordinal))
            return null;
        int headEnds = part.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        // A part without a head begins with the end of it.
        if (headEnds < LineEnd.Length || headEnds + 6 > part.Length)
            return null;
        Match head = Head().Match(part[LineEnd.Length..headEnds]);
        if (!head.Success)
            return null;
        // What is in a file is no parameter; that there is one of this name is.
        string value = head.Groups["file"].Success ? "" : part[(headEnds + 4)..^2];
        return new(ParameterSource.Form, head.Groups["name"].Value, Utf8Of(value), isEncoded: false);
    }

    // Invalid bytes become U+FFFD, and no plain value has that.
    private static string Utf8Of(string latin1) => Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(latin1));

    [GeneratedRegex("^multipart/form-data; ?boundary=([0-9A-Za-z_-]{1,70})$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex BoundaryOf();

    [GeneratedRegex("""^Content-Disposition: form-data; name="(?<name>[^"\\\r\n]*)"(?<file>; filename="[^"\\\r\n]*"\r\nContent-Type: [^\r\n]*)?\z""",
        RegexOptions.CultureInvariant)]
    private static partial Regex Head();
}
