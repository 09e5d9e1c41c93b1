using ProxyGuard.Core.Routing;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Reads: where pages come from, and what a browser's own writes do to that.</summary>
internal static class ReadsReader
{
    // As many hexadecimal digits as 128 bits have: an operator who types words instead has to type a few.
    public const int LeastSecret = 32;

    public static Dictionary<string, AllBehindPolicy> AllBehindPolicies { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["serve-stale"] = AllBehindPolicy.ServeStale,
        ["read-from-primary"] = AllBehindPolicy.ReadFromPrimary,
    };

    public static Dictionary<string, bool> AboveLimit { get; } = new(StringComparer.OrdinalIgnoreCase)
    {
        ["serve-stale"] = false,
        ["refuse"] = true,
    };

    /// <param name="baseDirectory">What a secret's file is relative to.</param>
    /// <returns>The rules, and the secret of write marks; null for one of our own.</returns>
    public static (ReadRules Rules, string? MarkSecret) Read(SettingsSection reads, string baseDirectory)
    {
        var rules = new ReadRules
        {
            AllBehind = reads.Choice("AllBehind", AllBehindPolicies) ?? default,
            MaxPrimaryReads = reads.Number("MaxPrimaryReads"),
            RefuseAboveLimit = reads.Choice("AboveLimit", AboveLimit) ?? default,
            ReadYourWrites = reads.Truth("ReadYourWrites"),
            RampUp = reads.Duration("RampUp"),
        };
        string secret = reads.Secret("MarkSecret", baseDirectory);
        if (secret.Length is > 0 and < LeastSecret)
            reads.FaultAt("MarkSecret", $"has {secret.Length} characters but must have at least {LeastSecret}");
        reads.RejectOthers();
        return (rules, secret.Length == 0 ? null : secret);
    }
}
