using System.Collections.Immutable;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;

namespace ProxyGuard.Telling.Pages;

/// <summary>
/// A file the pages need, served under the reserved prefix. The pages ask for it with <see cref="Version"/>, so it may be cached for good.
/// </summary>
/// <param name="FileName">What follows the prefix.</param>
/// <param name="Version">Changes with the bytes; short, and safe in a URL.</param>
/// <param name="GzipBytes">The same, compressed once for all.</param>
internal sealed record PageAsset(
    string FileName, string ContentType, ReadOnlyMemory<byte> Bytes, ReadOnlyMemory<byte> GzipBytes, string Version)
{
    public static PageAsset Styles { get; } = Of("status.css", "text/css; charset=utf-8", Embedded("status.css"));

    public static PageAsset Script { get; } = Of(
        "status.js", "text/javascript; charset=utf-8", Enclosed(Embedded("phrases.js"), Embedded("status.js")));

    public static ImmutableArray<PageAsset> All { get; } = [Styles, Script];

    /// <summary>What the pages may do: nothing but what comes from here.</summary>
    public const string ContentSecurityPolicy = WithoutAncestors + "'none'";

    /// <summary>The same for a page that stands where the site's own would: a refused form may be in a frame of the site.</summary>
    public const string ContentSecurityPolicyInFrames = WithoutAncestors + "'self'";

    private const string WithoutAncestors =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors ";

    public static PageAsset Of(string fileName, string contentType, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        string version = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, 6));
        return new PageAsset(fileName, contentType, bytes, Compressed(bytes), version);
    }

    /// <summary>One script of several files, whose names are not visible outside.</summary>
    public static string Enclosed(params ReadOnlySpan<string> scripts)
    {
        // Comments and indentation are for us, not for ten thousand phones.
        IEnumerable<string> lines = string.Join('\n', scripts).Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));
        return $"(function () {{\n'use strict';\n{string.Join('\n', lines)}\n}})();\n";
    }

    public static string Embedded(string name)
    {
        using Stream file = typeof(PageAsset).Assembly.GetManifestResourceStream(name)
            ?? throw new InvalidOperationException($"The program was built without its file '{name}'.");
        using var reader = new StreamReader(file, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static byte[] Compressed(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.SmallestSize))
            gzip.Write(bytes);
        return compressed.ToArray();
    }

    public string UrlUnder(string prefix) => $"{prefix}{FileName}?v={Version}";
}
