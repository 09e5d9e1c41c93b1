using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Benchmarks.Verdicts;

/// <summary>The site of the sample configuration, and a moment at which all is well there.</summary>
internal static class SampleSite
{
    public static string ConfigurationFile => Path.Combine(AppContext.BaseDirectory, "sample.json");

    public static GuardSettings Settings() => SettingsReader.Read(Load(), AppContext.BaseDirectory, []);

    /// <summary>Made as the probe loop makes it, from readings in which every replica has executed everything.</summary>
    public static GuardView NormalView(GuardRules rules, MonotonicInstant start)
    {
        MonotonicInstant now = start;
        FleetSnapshot fleet = FleetSnapshot.Before(rules.Fleet, now);
        GuardView view = GuardPolicy.Start(fleet, recalled: null, hold: null, now, rules);
        for (int tick = 0; tick <= rules.Fleet.Freshness.FreshAfter; tick++)
        {
            now += rules.Probe.Interval;
            fleet = fleet.Next(Readings(rules.Fleet, now), now);
            view = GuardPolicy.Next(view, fleet, hold: null, now, rules);
        }

        // Nobody renews it while the benchmark runs.
        return view with { ExpiresAt = now + TimeSpan.FromDays(1) };
    }

    private static ImmutableArray<NodeReading> Readings(FleetRules fleet, MonotonicInstant askedAt) =>
        [.. fleet.Nodes.Select((node, place) => Reading(node, place, fleet.Primary, askedAt))];

    private static NodeReading.Answered Reading(NodeRules node, int place, int primary, MonotonicInstant askedAt)
    {
        BinlogPosition head = BinlogPosition.TryParse("bin.000001", 1_000)!.Value;
        return new NodeReading.Answered(askedAt)
        {
            Server = new ServerId(place + 1, null),
            Version = ServerVersion.Parse("10.11.6-MariaDB"),
            ReadOnly = node.Role == NodeRole.Replica,
            Head = head,
            Logs = new BinlogIndex([new BinlogFile(head)]),
            Channels = node.Role == NodeRole.Primary ? [] : [new ReplicationStatus
            {
                Channel = "",
                SourceHost = "127.0.0.1",
                SourcePort = 3306,
                SourceServerId = primary + 1,
                IoThread = ReplicationThread.Yes,
                SqlThread = ReplicationThread.Yes,
                Executed = head,
                SecondsBehindSource = TimeSpan.Zero,
            }],
        };
    }

    private static IConfigurationRoot Load() =>
        new ConfigurationBuilder().AddJsonFile(ConfigurationFile, optional: false, reloadOnChange: false).Build();
}
