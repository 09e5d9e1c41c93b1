using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace ProxyGuard.Ground.Settings;

/// <summary>What a key of the management API allows; each right includes those before it.</summary>
internal enum KeyRight
{
    /// <summary>To look: every GET that changes nothing.</summary>
    View,

    /// <summary>To change too: set and release holds, and whatever is not known to only look.</summary>
    Operate,
}

/// <summary>A configured key.</summary>
/// <param name="Hash">SHA-256 of the key's UTF-8 bytes.</param>
internal sealed record ConfiguredKey(ImmutableArray<byte> Hash, KeyRight Right);

/// <summary>A key of the management API: 256 random bits for its holder, only their SHA-256 in the configuration.</summary>
internal static class AdminKey
{
    public const string Allowed = "sha256: and 64 hexadecimal digits, as printed by: ProxyGuard.dll key NAME";

    private const string Algorithm = "sha256:";

    /// <summary>A new key, in characters that need no quoting anywhere.</summary>
    public static string Create() =>
        Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public static ImmutableArray<byte> HashOf(string key) => [.. SHA256.HashData(Encoding.UTF8.GetBytes(key))];

    /// <summary>What goes into the configuration.</summary>
    public static string Configured(string key) => Algorithm + Convert.ToHexStringLower(HashOf(key).AsSpan());

    public static ImmutableArray<byte>? TryParseHash(string text)
    {
        bool isHash = text.StartsWith(Algorithm, StringComparison.OrdinalIgnoreCase)
            && text.Length == Algorithm.Length + 64
            && text.AsSpan(Algorithm.Length).IndexOfAnyExcept(System.Buffers.SearchValues.Create("0123456789abcdefABCDEF")) < 0;
        return isHash ? [.. Convert.FromHexString(text.AsSpan(Algorithm.Length))] : null;
    }
}
