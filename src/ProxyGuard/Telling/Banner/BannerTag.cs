using System.Text;
using ProxyGuard.Core.Html;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// The one tag that is inserted: constant, so that a mix-up in a cache can leak nothing, ASCII, so that it fits every page, and well-formed
/// XML, for XHTML.
/// </summary>
internal sealed class BannerTag
{
    /// <summary>In bytes, without nonce: what is inserted pushes a page's <c>meta charset</c> back.</summary>
    public const int Longest = 128;

    private readonly byte[] _beforeNonce;
    private readonly byte[] _afterNonce;
    private readonly byte[] _withoutNonce;

    /// <param name="prefix">Begins and ends with a slash.</param>
    /// <param name="version">Changes whenever the script does: letters, digits, <c>-</c> and <c>_</c>.</param>
    public BannerTag(string prefix, string version)
    {
        if (!ReservedPrefix.IsValid(prefix))
            throw new ArgumentException($"The prefix {prefix} must be one segment of letters, digits, - and _ between slashes.", nameof(prefix));
        if (version.Length == 0 || !version.All(ReservedPrefix.IsNameCharacter))
            throw new ArgumentException($"The version {version} must consist of letters, digits, - and _.", nameof(version));

        Prefix = prefix;
        ScriptPath = $"{prefix}b.js";
        _beforeNonce = Encoding.ASCII.GetBytes($"<script async=\"\" src=\"{ScriptPath}?v={version}\"");
        // Cloudflare's Rocket Loader leaves a script with this attribute alone.
        _afterNonce = Encoding.ASCII.GetBytes(" data-cfasync=\"false\"></script>");
        _withoutNonce = [.. _beforeNonce, .. _afterNonce];
        if (_withoutNonce.Length > Longest)
            throw new ArgumentException($"The tag would have {_withoutNonce.Length} bytes; at most {Longest} are allowed.", nameof(prefix));
    }

    public string Prefix { get; }

    /// <summary>Where the script is served, without query.</summary>
    public string ScriptPath { get; }

    /// <param name="nonce">From <see cref="ScriptAllowance"/>, so base64 characters only; null for none.</param>
    public ReadOnlyMemory<byte> Bytes(string? nonce) => nonce is null
        ? _withoutNonce
        : (byte[])[.. _beforeNonce, .. Encoding.ASCII.GetBytes($" nonce=\"{nonce}\""), .. _afterNonce];
}
