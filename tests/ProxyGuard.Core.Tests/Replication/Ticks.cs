using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>A fleet that is told, tick by tick, what its nodes answer: half a second apart, the primary at place 0.</summary>
internal sealed class Ticks
{
    public Ticks(params NodeRules[] nodes) : this(SiteDatabases.AllButSystem, nodes)
    {
    }

    public Ticks(SiteDatabases databases, params NodeRules[] nodes)
    {
        Rules = new FleetRules([.. nodes], Freshness) { Databases = databases };
        Fleet = FleetSnapshot.Before(Rules, MonotonicInstant.At(0));
    }

    public static FreshnessRules Freshness { get; } = new()
    {
        MaxLag = TimeSpan.FromSeconds(5),
        ReturnBelow = TimeSpan.FromSeconds(2),
        BehindAfter = 3,
        FreshAfter = 3,
    };

    public FleetRules Rules { get; }

    /// <summary>How far ticks are apart.</summary>
    public TimeSpan Pause { get; set; } = TimeSpan.FromSeconds(0.5);

    public FleetSnapshot Fleet { get; private set; }

    public MonotonicInstant Now { get; private set; } = MonotonicInstant.At(0);

    public NodeState this[string name] => Fleet.Nodes.Single(node => node.Rules.Name == name);

    public static NodeRules Node(string name, NodeRole role = NodeRole.Replica, int port = 3306) =>
        new() { Name = name, Role = role, Host = name, Port = port, ServesReads = role == NodeRole.Replica };

    public static NodeRules PrimaryNode => Node("db1", NodeRole.Primary);

    /// <summary>Goes on from what another run left behind, as after a restart.</summary>
    public Ticks Restore(Ticks before)
    {
        Now = before.Now;
        Fleet = FleetSnapshot.Before(Rules, Now).Restoring(name => new NodeMemory(before[name].Timeline, before[name].Track?.Start));
        return this;
    }

    /// <summary>One tick; each reading is made for the tick's moment.</summary>
    public Ticks Tick(params Func<MonotonicInstant, NodeReading>[] readings)
    {
        Now += Pause;
        Fleet = Fleet.Next([.. readings.Select(reading => reading(Now))], Now);
        return this;
    }

    public Ticks Tick(int times, params Func<MonotonicInstant, NodeReading>[] readings)
    {
        for (int time = 0; time < times; time++)
            Tick(readings);
        return this;
    }

    public static ServerVersion MariaDb { get; } = ServerVersion.Parse("10.11.6-MariaDB");

    public static Func<MonotonicInstant, NodeReading> Primary(long head, long server = 1, bool readOnly = false) =>
        askedAt => new NodeReading.Answered(askedAt)
        {
            Server = new ServerId(server, null),
            Version = MariaDb,
            ReadOnly = readOnly,
            Head = At(head),
            Logs = new BinlogIndex([new BinlogFile(At(head))]),
            Channels = [],
        };

    public static Func<MonotonicInstant, NodeReading> Replica(
        long executed, ReplicationThread io = ReplicationThread.Yes, ReplicationThread sql = ReplicationThread.Yes,
        double? secondsBehind = 0, long server = 2, long source = 1, long? head = null) => askedAt => new NodeReading.Answered(askedAt)
        {
            Server = new ServerId(server, null),
            Version = MariaDb,
            ReadOnly = true,
            Head = At(head ?? executed),
            Logs = new BinlogIndex([new BinlogFile(At(head ?? executed))]),
            Replication = new ReplicationSettings { LogsApplied = true },
            Channels = [new ReplicationStatus
            {
                Channel = "",
                SourceHost = "db1",
                SourcePort = 3306,
                SourceServerId = source,
                IoThread = io,
                SqlThread = sql,
                Executed = At(executed),
                SecondsBehindSource = secondsBehind is { } seconds ? TimeSpan.FromSeconds(seconds) : null,
            }],
        };

    /// <summary>A replica with a channel for each source.</summary>
    public static Func<MonotonicInstant, NodeReading> Replica(long server, params (string Channel, long Source, long Executed)[] sources) =>
        askedAt =>
    {
        var first = (NodeReading.Answered)Replica(sources[0].Executed, server: server)(askedAt);
        return first with
        {
            Channels =
            [
                .. sources.Select(
                    source => first.Channels[0] with { Channel = source.Channel, SourceServerId = source.Source,
                        Executed = At(source.Executed) }),
            ],
        };
    };

    public static Func<MonotonicInstant, NodeReading> Silent(ProbeFailure failure = ProbeFailure.TimedOut) =>
        askedAt => new NodeReading.Silent(askedAt, failure, "");

    public static BinlogPosition At(long offset) => BinlogPosition.TryParse("bin.000001", offset)!.Value;
}
