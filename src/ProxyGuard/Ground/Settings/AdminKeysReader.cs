using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads who may use the management API, and for what: a hash alone may operate, a section says its right.</summary>
internal static class AdminKeysReader
{
    private static readonly FrozenDictionary<string, KeyRight> Rights =
        new Dictionary<string, KeyRight> { ["view"] = KeyRight.View, ["operate"] = KeyRight.Operate }.ToFrozenDictionary();

    private static readonly string[] Parts = ["Key", "Right"];

    /// <summary>The words that the configuration and the command line have for them.</summary>
    public static string NameOf(KeyRight right) => Rights.Single(named => named.Value == right).Key;

    /// <param name="keys">Named entries.</param>
    public static ImmutableDictionary<string, ConfiguredKey> Read(SettingsSection keys)
    {
        var configured = ImmutableDictionary.CreateBuilder<string, ConfiguredKey>();
        foreach (SettingsSection key in keys.Entries())
        {
            (string hash, KeyRight right) = key.IsSection
                ? (key.RequiredText("Key", AdminKey.Allowed), key.Choice("Right", Rights, KeyRight.Operate))
                : (key.OwnText(AdminKey.Allowed), KeyRight.Operate);
            if (AdminKey.TryParseHash(hash) is { } parsed)
                configured.Add(key.Name, new ConfiguredKey(parsed, right));
            else if (hash.Length > 0)
                // Not what stands there: it may be the key itself.
                key.FaultAt(key.IsSection ? "Key" : null, $"must be {AdminKey.Allowed}");
            foreach (SettingsSection other in key.IsSection ? key.Entries().Where(part => !IsKnown(part.Name)) : [])
                other.FaultAt(null, $"is unknown; a key has Key and Right{NearMiss.Question(other.Name, Parts)}");
        }

        return configured.ToImmutable();
    }

    private static bool IsKnown(string name) => Parts.Contains(name, StringComparer.OrdinalIgnoreCase);
}
