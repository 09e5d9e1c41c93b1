using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;

namespace ProxyGuard.Ground.Settings;

/// <summary>One option, or one entry of a list, that another configuration says otherwise.</summary>
/// <param name="Path">Such as "ProxyGuard:Freshness:MaxLag"; of a list's entry that of the list.</param>
/// <param name="From">Null: it was not there. What may be a secret is told as "…".</param>
/// <param name="To">Null: it is not there any more. As above.</param>
/// <param name="NeedsRestart">Whether the old one stays in force until ProxyGuard starts again.</param>
internal sealed record OptionChange(string Path, string? From, string? To, bool NeedsRestart)
{
    // Of this process alone: what is told of a secret must not let anybody try passwords.
    private static readonly byte[] Salt = RandomNumberGenerator.GetBytes(16);

    /// <summary>Tells two values apart that are both told as "…".</summary>
    public string Fingerprint { get; private init; } = "";

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

    /// <summary>The same, of values that may be secret.</summary>
    public OptionChange Of(string? from, string? to) => this with
    {
        Fingerprint = Convert.ToHexString(HMACSHA256.HashData(Salt, Encoding.UTF8.GetBytes($"{from}\0{to}")).AsSpan(0, 8)),
    };
}

/// <summary>What another configuration changes, and who brings it.</summary>
/// <param name="By">The name of the key, or what asked for it.</param>
/// <param name="Options">In the order of their paths.</param>
internal sealed record SettingsChange(string By, ImmutableArray<OptionChange> Options)
{
    // What is made once at the start: listeners, files, the sessions' own patience; YARP's pipeline, for a cluster's own passive check.
    private static readonly string[] NeedRestart =
    [
        "Urls", "Kestrel", "Logging:Console:FormatterName", "Logging:Console:FormatterOptions", "ProxyGuard:Admin:Listen",
        "ProxyGuard:Heartbeat", "ProxyGuard:Probe", "ProxyGuard:ReadPort", "ProxyGuard:Reads:MarkSecret", "ProxyGuard:Reads:MarkSecretFile",
        "ProxyGuard:Shutdown", "ProxyGuard:Site:Prefix", "ProxyGuard:State",
    ];

    private static readonly string[] Sections = [.. SourceNames.Sections, "Urls"];

    // Everything else of the sections of others may be a password: a header that a transform sets, a proxy's address, a query.
    private static readonly string[] Shown =
    [
        "Address", "ClusterId", "Enabled", "Hosts", "LoadBalancingPolicy", "Methods", "Order", "Path", "ReadsFrom", "ReadsVia", "Url",
        "Urls",
    ];

    private static readonly string[] Secrets = ["Connection", "Password", "Secret", "Keys", "Token"];

    /// <summary>One line for each, for the log and the audit file.</summary>
    public ImmutableArray<string> Lines => [.. Options.Select(option => option.ToString())];

    /// <param name="before">By path, see <see cref="AdoptedConfiguration.Flat"/>.</param>
    /// <param name="after">The same of the other one.</param>
    public static SettingsChange Between(
        IReadOnlyDictionary<string, string?> before, IReadOnlyDictionary<string, string?> after, string by)
    {
        Dictionary<string, List<string>> was = ByOption(before);
        Dictionary<string, List<string>> now = ByOption(after);
        return new SettingsChange(by,
        [
            .. from path in was.Keys.Union(now.Keys, StringComparer.OrdinalIgnoreCase).Order(StringComparer.Ordinal)
               from change in Changes(path, was.GetValueOrDefault(path) ?? [], now.GetValueOrDefault(path) ?? [])
               select change,
        ]);
    }

    /// <summary>
    /// The same, and what is another one although no option is: a connection, where a secret's file has another content, and a node whose
    /// name has other capitals, for options have none.
    /// </summary>
    public SettingsChange With(GuardSettings before, GuardSettings after)
    {
        var was = before.Rules.Fleet.Nodes.Zip(before.Connections).ToDictionary(node => node.First.Name, node => node.Second);
        IEnumerable<OptionChange> renamed =
            from node in after.Rules.Fleet.Nodes
            let name = was.Keys.FirstOrDefault(name => name.Equals(node.Name, StringComparison.OrdinalIgnoreCase))
            where name is not null && name != node.Name
            select new OptionChange("ProxyGuard:Nodes", name, node.Name, NeedsRestart: false);
        IEnumerable<OptionChange> others =
            from node in after.Rules.Fleet.Nodes.Zip(after.Connections)
            let path = $"ProxyGuard:Nodes:{node.First.Name}"
            where was.TryGetValue(node.First.Name, out string? connection) && connection != node.Second
                && !Options.Any(option => IsWithin(option.Path, path))
            select new OptionChange($"{path}:Connection", "…", "…", NeedsRestart: false);
        return this with { Options = [.. Options.Concat(renamed).Concat(others)] };
    }

    public static bool NeedsRestart(string path) => NeedRestart.Any(section => IsWithin(path, section))
        || path.Contains(":HealthCheck:Passive:", StringComparison.OrdinalIgnoreCase);

    // A list has one change for each entry that is more or less, wherever it stands: one rule before twenty others is one.
    private static IEnumerable<OptionChange> Changes(string path, List<string> was, List<string> now)
    {
        if (was.SequenceEqual(now, StringComparer.Ordinal))
            yield break;
        List<string> gone = Without(was, now);
        List<string> added = Without(now, was);
        bool needsRestart = NeedsRestart(path);
        if (gone.Count == 0 && added.Count == 0)
            yield return new OptionChange(path, "another order", "another order", needsRestart);
        for (int entry = 0; entry < Math.Max(gone.Count, added.Count); entry++)
        {
            (string? from, string? to) = (gone.ElementAtOrDefault(entry), added.ElementAtOrDefault(entry));
            yield return new OptionChange(path, ShownOf(path, from), ShownOf(path, to), needsRestart).Of(from, to);
        }
    }

    private static List<string> Without(List<string> entries, List<string> others)
    {
        var left = new List<string>(others);
        return [.. entries.Where(entry => !left.Remove(entry))];
    }

    /// <summary>
    /// Of the environment's hundreds of variables only those that are options; a list's entries together, each as one text.
    /// </summary>
    private static Dictionary<string, List<string>> ByOption(IReadOnlyDictionary<string, string?> values)
    {
        var options = new Dictionary<string, List<string>>(StringComparer.OrdinalIgnoreCase);
        IEnumerable<(string List, string Entry, string Name, string Value)> read =
            from value in values
            where Sections.Any(section => IsWithin(value.Key, section))
            let steps = value.Key.Split(':')
            let number = Array.FindIndex(steps, step => step.All(char.IsAsciiDigit))
            let list = number < 0 ? value.Key : string.Join(':', steps[..number])
            let name = number < 0 ? "" : string.Join(':', steps[(number + 1)..])
            select (list, number < 0 ? "" : steps[number].PadLeft(6, '0'), name, value.Value ?? "");
        foreach (var option in read.GroupBy(part => part.List, StringComparer.OrdinalIgnoreCase))
            options[option.Key] =
            [
                .. option.GroupBy(part => part.Entry).OrderBy(entry => entry.Key, StringComparer.Ordinal)
                    .Select(entry => string.Join(", ", entry.OrderBy(part => part.Name, StringComparer.OrdinalIgnoreCase)
                        .Select(part => part.Name.Length == 0 ? part.Value : $"{part.Name} {part.Value}"))),
            ];
        return options;
    }

    private static bool IsWithin(string path, string section) => path.StartsWith(section, StringComparison.OrdinalIgnoreCase)
        && (path.Length == section.Length || path[section.Length] == ':');

    private static string? ShownOf(string path, string? value)
    {
        if (value is null)
            return null;
        string[] steps = path.Split(':');
        bool isOurs = IsWithin(path, "ProxyGuard") || IsWithin(path, "Logging:LogLevel");
        bool isShown = (isOurs || Shown.Contains(steps[^1], StringComparer.OrdinalIgnoreCase))
            && !steps.Any(step => Secrets.Any(secret => step.Contains(secret, StringComparison.OrdinalIgnoreCase)))
            // A user's name and password in an address.
            && !value.Contains('@');
        return isShown ? SettingsSection.Quote(value) : "…";
    }
}
