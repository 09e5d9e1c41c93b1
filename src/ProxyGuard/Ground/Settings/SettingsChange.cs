using System.Collections.Immutable;

namespace ProxyGuard.Ground.Settings;

/// <summary>One option that another configuration says otherwise.</summary>
/// <param name="Path">Such as "ProxyGuard:Freshness:MaxLag".</param>
/// <param name="From">Null: it was not there. Never a secret.</param>
/// <param name="To">Null: it is not there any more. Never a secret.</param>
/// <param name="NeedsRestart">Whether the old one stays in force until ProxyGuard starts again.</param>
internal sealed record OptionChange(string Path, string? From, string? To, bool NeedsRestart)
{
    public override string ToString()
    {
        string change = (From, To) switch
        {
            (null, _) => $"{Path} = {To} (new)",
            (_, null) => $"{Path} (removed; it was {From})",
            _ when From == To => $"{Path} (changed)",
            _ => $"{Path} = {To} (was {From})",
        };
        return NeedsRestart ? $"{change}, after a restart" : change;
    }
}

/// <summary>What another configuration changes, and who brings it.</summary>
/// <param name="By">The name of the key, or what asked for it.</param>
/// <param name="Options">In the order of their paths.</param>
internal sealed record SettingsChange(string By, ImmutableArray<OptionChange> Options)
{
    // A line of the log that is read at night; the API lists all of them.
    private const int MostTold = 12;

    private const string Hidden = "…";

    // What is made once at the start: listeners, files, the sessions' own patience.
    private static readonly string[] NeedRestart =
    [
        "Urls", "Kestrel", "Logging:Console", "ProxyGuard:Admin:Listen", "ProxyGuard:Heartbeat", "ProxyGuard:Probe", "ProxyGuard:ReadPort",
        "ProxyGuard:Reads:MarkSecret", "ProxyGuard:Reads:MarkSecretFile", "ProxyGuard:Shutdown", "ProxyGuard:Site:Prefix",
        "ProxyGuard:State",
    ];

    private static readonly string[] Secrets = ["Connection", "Password", "Secret", "Keys", "Token"];

    /// <summary>In one line, for the log and the audit file.</summary>
    public string Told => Options.IsEmpty
        ? "nothing is different"
        : string.Join("; ", Options.Take(MostTold)) + (Options.Length > MostTold ? $"; and {Options.Length - MostTold} more" : "");

    /// <param name="before">By path, see <see cref="AdoptedConfiguration.Flat"/>.</param>
    /// <param name="after">The same of the other one.</param>
    public static SettingsChange Between(
        IReadOnlyDictionary<string, string?> before, IReadOnlyDictionary<string, string?> after, string by) =>
        new(by,
        [
            .. from path in before.Keys.Union(after.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)
               let was = before.GetValueOrDefault(path)
               let now = after.GetValueOrDefault(path)
               where IsRead(path) && was != now
               select new OptionChange(path, Shown(path, was), Shown(path, now), NeedsRestart(path)),
        ]);

    public static bool NeedsRestart(string path) => NeedRestart.Any(section => IsWithin(path, section))
        || path.Contains(":HealthCheck:Passive", StringComparison.OrdinalIgnoreCase);

    /// <summary>Of the environment's hundreds of variables only those that are options.</summary>
    private static bool IsRead(string path) =>
        ((string[])["Urls", "Kestrel", "Logging", "ProxyGuard", "ReverseProxy"]).Any(section => IsWithin(path, section));

    private static bool IsWithin(string path, string section) => path.StartsWith(section, StringComparison.OrdinalIgnoreCase)
        && (path.Length == section.Length || path[section.Length] == ':');

    private static string? Shown(string path, string? value) => value is null ? null
        : path.Split(':').Any(step => Secrets.Any(secret => step.Contains(secret, StringComparison.OrdinalIgnoreCase))) ? Hidden
        : SettingsSection.Quote(value);
}
