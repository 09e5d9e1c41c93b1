using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Seeing.Examination;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Testing;

/// <summary>Database nodes that answer what a test says: one primary, replicas at its head until they are told otherwise.</summary>
internal sealed class ScriptedFleet
{
    private readonly Dictionary<string, ScriptedNode> _nodes = [];

    /// <summary>The primary's head, in bytes. Writing is raising it.</summary>
    public long Head { get; set; } = 1_000;

    public ScriptedNode this[string name] => _nodes[name];

    public INodeProbe ProbeOf(NodeRules rules, string connection) => NodeOf(rules);

    public INodeExaminer ExaminerOf(NodeRules rules, string connection) => NodeOf(rules);

    private ScriptedNode NodeOf(NodeRules rules)
    {
        if (!_nodes.TryGetValue(rules.Name, out ScriptedNode? node))
            _nodes[rules.Name] = node = new ScriptedNode(this, rules, _nodes.Count + 1);
        return node;
    }
}

internal sealed class ScriptedNode(ScriptedFleet fleet, NodeRules rules, long server) : INodeProbe, INodeExaminer
{
    /// <summary>No answer.</summary>
    public bool IsSilent { get; set; }

    /// <summary>What the driver throws at its answer.</summary>
    public Exception? Throws { get; set; }

    /// <summary>Breaks what no node can break: there is no reading at all.</summary>
    public bool BreaksTheTick { get; set; }

    public bool ReadOnly { get; set; }

    /// <summary>What it says that it works on; told only while it is asked.</summary>
    public PrimaryActivity? Activity { get; set; }

    public bool AsksForActivity { get; set; }

    public ReplicationThread IoThread { get; set; } = ReplicationThread.Yes;

    /// <summary>The error the SQL thread stopped with; null while it runs.</summary>
    public ReplicationError? SqlError { get; set; }

    /// <summary>How many bytes it stands behind the head.</summary>
    public long BytesBehind { get; set; }

    /// <summary>Where it stopped; null while it follows the head.</summary>
    public long? StoppedAt { get; set; }

    /// <summary>What its variables say of what it leaves out and passes on.</summary>
    public ReplicationSettings Settings { get; set; } = new() { LogsApplied = true };

    /// <summary>What an examination finds; null when it is refused.</summary>
    public NodeExamination? Examination { get; set; }

    /// <summary>How often it was examined.</summary>
    public int Examinations { get; private set; }

    /// <summary>Stops the way a duplicate key stops it.</summary>
    public void StopApplying()
    {
        SqlError = new ReplicationError(1062, "Duplicate entry '7' for key 'PRIMARY' on table photos.comments");
        StoppedAt = fleet.Head - BytesBehind;
    }

    public void Mend()
    {
        SqlError = null;
        StoppedAt = null;
    }

    public Task<NodeReading> ReadAsync(MonotonicInstant askedAt, CancellationToken stop)
    {
        if (Throws is not null)
            throw Throws;
        if (BreaksTheTick)
            return Task.FromResult<NodeReading>(null!);
        return Task.FromResult<NodeReading>(
            IsSilent ? new NodeReading.Silent(askedAt, ProbeFailure.TimedOut, "scripted") : Answer(askedAt));
    }

    public void SampleHead(MonotonicInstant askedAt)
    {
        if (Throws is not null)
            throw Throws;
    }

    public Task<NodeExamination?> ExamineAsync(MonotonicInstant at, CancellationToken stop)
    {
        Examinations++;
        return Task.FromResult(Examination is { } found ? found with { At = at } : null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private NodeReading.Answered Answer(MonotonicInstant askedAt) => new(askedAt)
    {
        Server = new ServerId(server, null),
        Version = ServerVersion.Parse("10.11.6-MariaDB"),
        ReadOnly = ReadOnly,
        Activity = AsksForActivity ? Activity : null,
        Head = At(fleet.Head),
        Logs = new BinlogIndex([new BinlogFile(At(fleet.Head))]),
        Replication = Settings,
        Channels = rules.Role == NodeRole.Primary ? [] : [new ReplicationStatus
        {
            Channel = "",
            SourceHost = "db1.internal.example",
            SourcePort = 3306,
            SourceServerId = 1,
            IoThread = IoThread,
            SqlThread = SqlError is null ? ReplicationThread.Yes : ReplicationThread.No,
            SqlError = SqlError,
            Executed = At(StoppedAt ?? fleet.Head - BytesBehind),
        }],
    };

    private static BinlogPosition At(long offset) => BinlogPosition.TryParse("bin.000001", offset)!.Value;
}
