using System.Collections.Immutable;
using System.Security.Cryptography;
using ProxyGuard.Settings;

namespace ProxyGuard.Admin;

/// <summary>Tells whose key a request carries. Every configured key is compared, each in constant time, whichever fits.</summary>
internal sealed class AdminKeys(AdminSettings settings)
{
    private const string Scheme = "Bearer ";

    /// <summary>The key's name; null when there is none, or it is wrong.</summary>
    public string? NameOf(string? authorization)
    {
        if (authorization is null || !authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            return null;

        ImmutableArray<byte> presented = AdminKey.HashOf(authorization[Scheme.Length..].Trim());
        string? found = null;
        foreach ((string name, ImmutableArray<byte> hash) in settings.Keys)
        {
            if (CryptographicOperations.FixedTimeEquals(presented.AsSpan(), hash.AsSpan()))
                found = name;
        }

        return found;
    }
}
