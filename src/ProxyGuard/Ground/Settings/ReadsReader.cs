using ProxyGuard.Core.Routing;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Reads: where pages come from, and what a browser's own writes do to that.</summary>
internal static class ReadsReader
{
    // As many hexadecimal digits as 128 bits have: an operator who types words instead has to type a few.
    private const int LeastSecret = 32;

    private static readonly Dictionary<string, AllBehindPolicy> AllBehindPolicies = new(StringComparer.OrdinalIgnoreCase)
    {
        ["serve-stale"] = AllBehindPolicy.ServeStale,
        ["read-from-primary"] = AllBehindPolicy.ReadFromPrimary,
    };

    private static readonly Dictionary<string, bool> AboveLimit = new(StringComparer.OrdinalIgnoreCase)
    {
        ["serve-stale"] = false,
        ["refuse"] = true,
    };

    /// <returns>The rules, and the secret of write marks; null for one of our own.</returns>
    public static (ReadRules Rules, string? MarkSecret) Read(SettingsSection reads)
    {
        // The record has the defaults, and their reasons.
        var usual = new ReadRules();
        var rules = new ReadRules
        {
            AllBehind = reads.Choice("AllBehind", AllBehindPolicies, usual.AllBehind),
            MaxPrimaryReads = reads.Number("MaxPrimaryReads", usual.MaxPrimaryReads, 0, 10_000),
            RefuseAboveLimit = reads.Choice("AboveLimit", AboveLimit, usual.RefuseAboveLimit),
            ReadYourWrites = reads.Truth("ReadYourWrites", usual.ReadYourWrites),
            RampUp = reads.Duration("RampUp", usual.RampUp, TimeSpan.Zero, TimeSpan.FromHours(1)),
        };
        string secret = reads.Text("MarkSecret", "");
        if (secret.Length is > 0 and < LeastSecret)
            reads.FaultAt("MarkSecret", $"has {secret.Length} characters but must have at least {LeastSecret}");
        reads.RejectOthers();
        return (rules, secret.Length == 0 ? null : secret);
    }
}
