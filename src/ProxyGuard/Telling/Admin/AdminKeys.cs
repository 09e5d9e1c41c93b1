using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Telling.Admin;

/// <summary>Tells whose key a request carries. Every configured key is compared, each in constant time, whichever fits.</summary>
internal sealed class AdminKeys(LiveSettings settings)
{
    private const string Bearer = "Bearer ";
    private const string Basic = "Basic ";

    /// <summary>Whose it is, and what it allows; null when there is none, or it is wrong.</summary>
    /// <param name="onlyReads">Whether nothing is changed: then a browser's way of sending the key will do. For changes it will not, since
    /// a browser also sends it when a stranger's page asks.</param>
    public KeyHolder? HolderOf(string? authorization, bool onlyReads)
    {
        if (KeyIn(authorization, onlyReads) is not { } key)
            return null;

        ImmutableArray<byte> presented = AdminKey.HashOf(key);
        KeyHolder? found = null;
        foreach ((string name, ConfiguredKey configured) in settings.Current.Admin.Keys)
        {
            if (CryptographicOperations.FixedTimeEquals(presented.AsSpan(), configured.Hash.AsSpan()))
                found = new KeyHolder(name, configured.Right);
        }

        return found;
    }

    /// <summary>
    /// A bearer token (RFC 6750), or the password of the basic scheme (RFC 7617), which is what a browser can send; its user name says
    /// nothing.
    /// </summary>
    private static string? KeyIn(string? authorization, bool onlyReads)
    {
        if (authorization is null)
            return null;
        if (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase))
            return authorization[Bearer.Length..].Trim();
        if (!onlyReads || !authorization.StartsWith(Basic, StringComparison.OrdinalIgnoreCase))
            return null;
        Span<byte> decoded = stackalloc byte[512];
        if (!Convert.TryFromBase64String(authorization[Basic.Length..].Trim(), decoded, out int length))
            return null;
        string credentials = Encoding.UTF8.GetString(decoded[..length]);
        int colon = credentials.IndexOf(':', StringComparison.Ordinal);
        return colon < 0 ? null : credentials[(colon + 1)..];
    }
}

/// <summary>Who asks.</summary>
/// <param name="Name">As it appears in the audit file.</param>
internal sealed record KeyHolder(string Name, KeyRight Right);
