using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// Which server answered: <c>@@server_id</c>, and <c>@@server_uuid</c> where the server has one (MySQL 5.6 and later; null on MariaDB).
/// </summary>
public readonly record struct ServerId(long Id, string? Uuid)
{
    public override string ToString() => Uuid is null ? $"{Id}" : $"{Id}/{Uuid}";
}

/// <summary>Why a node did not answer.</summary>
public enum ProbeFailure
{
    /// <summary>Something we have no name for; the text says what.</summary>
    Other,

    /// <summary>No process listens there, or the way there is cut.</summary>
    Unreachable,

    /// <summary>No answer within the probe's deadline.</summary>
    TimedOut,

    /// <summary>It takes connections and says nothing, or closes them: no database server, or a frozen one.</summary>
    NoGreeting,

    /// <summary>The account or its password was refused.</summary>
    AuthenticationFailed,

    /// <summary>The account may not see replication: a grant is missing.</summary>
    PermissionDenied,

    /// <summary>The server takes connections and its kernel acknowledges what is sent, but the status statement gets no answer.</summary>
    StatementHangs,

    /// <summary>
    /// The server refuses this machine after too many interrupted handshakes: 1129, <c>ER_HOST_IS_BLOCKED</c>, until an operator runs FLUSH
    /// HOSTS.
    /// </summary>
    HostBlocked,
}

/// <summary>A replication thread as its server reports it. Only <see cref="Yes"/> is running.</summary>
public enum ReplicationThread
{
    /// <summary>Not said, or a word we do not know: never taken for running.</summary>
    Unknown,
    Yes,
    No,

    /// <summary>The IO thread is up but not connected to its source.</summary>
    Connecting,
}

/// <summary>
/// An error a server reported about its own replication. <paramref name="Text"/> is the server's, unchanged, and is for operators only.
/// </summary>
public sealed record ReplicationError(int Number, string Text);

/// <summary>One replication channel of a replica, from SHOW REPLICA STATUS or its older names.</summary>
public sealed record ReplicationStatus
{
    /// <summary>The channel's or connection's name; "" for the only one.</summary>
    public required string Channel { get; init; }

    public required string SourceHost { get; init; }

    public required int SourcePort { get; init; }

    /// <summary>0 until the replica has once been connected since its start.</summary>
    public required long SourceServerId { get; init; }

    /// <summary>Null where servers have none (MariaDB, before MySQL 5.6), and until the replica has once been connected.</summary>
    public string? SourceUuid { get; init; }

    public required ReplicationThread IoThread { get; init; }

    public required ReplicationThread SqlThread { get; init; }

    /// <summary>
    /// Up to where the source's binlog was applied (Relay_Master_Log_File, Exec_Master_Log_Pos); with several applier threads up to where
    /// all of them are. Null when the server does not say.
    /// </summary>
    public required BinlogPosition? Executed { get; init; }

    /// <summary>
    /// Up to where the source's binlog was fetched (Master_Log_File, Read_Master_Log_Pos). Null when the server does not say.
    /// </summary>
    public BinlogPosition? Fetched { get; init; }

    /// <summary>SQL_Delay: how late the replica is on purpose. Zero before MySQL 5.6 and MariaDB 10.2.3, which cannot.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>
    /// For how long it tries to reach a source that is away, before its IO thread stops: Source_Retry_Count times Connect_Retry. Null when
    /// it never gives up, and where the status does not say (before MySQL 5.6, MariaDB).
    /// </summary>
    public TimeSpan? GivesUpAfter { get; init; }

    /// <summary>Relay_Log_Space: bytes of relay logs on the replica's disk. Null when the server does not say.</summary>
    public long? RelayLogBytes { get; init; }

    /// <summary>Whether the replica finds its position by GTID: Auto_Position is 1, or Using_Gtid is not No.</summary>
    public bool UsesGtid { get; init; }

    /// <summary>
    /// Retrieved_Gtid_Set and Executed_Gtid_Set (MySQL), or Gtid_IO_Pos (MariaDB) as fetched. Null when empty, or where there are none.
    /// </summary>
    public string? FetchedGtids { get; init; }

    /// <summary>Executed_Gtid_Set (MySQL), or Gtid_Slave_Pos (MariaDB). Null when empty, or where there is none.</summary>
    public string? ExecutedGtids { get; init; }

    /// <summary>The non-empty Replicate_* columns, as "Replicate_Do_DB=photos". Empty without filters.</summary>
    public ImmutableArray<string> Filters { get; init; } = [];

    /// <summary>Skip_Counter: how many of the next events will be left out. Null when the server does not say.</summary>
    public long? SkipCounter { get; init; }

    /// <summary>Slave_IO_State and Slave_SQL_Running_State: what the threads say they do. Null when the server does not say.</summary>
    public string? IoState { get; init; }

    public string? SqlState { get; init; }

    /// <summary>
    /// Whether the server has a column that would tell what the IO thread failed with. Before MySQL 5.1 only its error log does.
    /// </summary>
    public bool TellsIoError { get; init; } = true;

    /// <summary>Null when the IO thread reports no error.</summary>
    public ReplicationError? IoError { get; init; }

    /// <summary>Null when the SQL thread reports no error.</summary>
    public ReplicationError? SqlError { get; init; }

    /// <summary>Seconds_Behind_Master: null when NULL. Only a fall-back, and never proof of being caught up.</summary>
    public TimeSpan? SecondsBehindSource { get; init; }

    /// <summary>Both threads are running, as the server says.</summary>
    public bool IsRunning => IoThread == ReplicationThread.Yes && SqlThread == ReplicationThread.Yes;
}

/// <summary>One row of a table that pt-heartbeat writes: which server wrote it, and when by that server's clock.</summary>
public readonly record struct HeartbeatRow(long ServerId, DateTime WrittenAt);

/// <summary>One more sample of a node's binlog's end between two readings.</summary>
/// <param name="AskedAt">When the question was sent.</param>
public readonly record struct HeadSample(MonotonicInstant AskedAt, BinlogHead Head);

/// <summary>Where a server's binlog ends.</summary>
/// <param name="Gtids">The set of executed GTIDs that the same statement tells (MySQL with gtid_mode). Null where there is none.</param>
public readonly record struct BinlogHead(BinlogPosition Position, string? Gtids);

/// <summary>What one probe of one node saw. No answer is a reading too.</summary>
public abstract record NodeReading
{
    private NodeReading(MonotonicInstant askedAt) => AskedAt = askedAt;

    /// <summary>When the tick's questions were sent: what an answer says was true then or later.</summary>
    public MonotonicInstant AskedAt { get; }

    /// <summary>The node answered everything that was asked.</summary>
    public sealed record Answered : NodeReading
    {
        public Answered(MonotonicInstant askedAt) : base(askedAt)
        {
        }

        public required ServerId Server { get; init; }

        public required ServerVersion Version { get; init; }

        /// <summary><c>@@global.read_only</c>: refuses the writes of everybody but administrators.</summary>
        public required bool ReadOnly { get; init; }

        /// <summary>
        /// <c>@@global.super_read_only</c>: refuses theirs too. False on servers that do not have it (before MySQL 5.7.8; MariaDB).
        /// </summary>
        public bool SuperReadOnly { get; init; }

        /// <summary>Null when the server writes no binlog.</summary>
        public required BinlogPosition? Head { get; init; }

        /// <summary>Executed_Gtid_Set beside the head (MySQL with gtid_mode). Null where there is none.</summary>
        public string? HeadGtids { get; init; }

        public required BinlogIndex Logs { get; init; }

        /// <summary>
        /// What of its own is kept out of its binlog, as "Binlog_Ignore_DB=logs". Empty without such filters, and when the server writes no
        /// binlog.
        /// </summary>
        public ImmutableArray<string> BinlogFilters { get; init; } = [];

        /// <summary>What it leaves out and passes on, by its variables.</summary>
        public ReplicationSettings Replication { get; init; } = ReplicationSettings.Unsaid;

        /// <summary>One for each source, in the server's order; empty when the server does not replicate.</summary>
        public required ImmutableArray<ReplicationStatus> Channels { get; init; }

        /// <summary>The rows of the configured heartbeat table; empty when none is configured, or it holds none.</summary>
        public ImmutableArray<HeartbeatRow> Heartbeats { get; init; } = [];

        /// <summary>
        /// Further samples of the head, taken between the last reading and this one, oldest first. Empty for nodes that are not asked so
        /// often.
        /// </summary>
        public ImmutableArray<HeadSample> EarlierHeads { get; init; } = [];

        /// <summary>
        /// What it belongs to, such as "Amazon Aurora", where its copies do not follow by binlogs that we could judge by. Null else.
        /// </summary>
        public string? ForeignArchitecture { get; init; }

        /// <summary>What the server works on. Null when that was not asked, or not answered.</summary>
        public PrimaryActivity? Activity { get; init; }
    }

    /// <summary>The node did not answer, or refused to.</summary>
    public sealed record Silent : NodeReading
    {
        public Silent(MonotonicInstant askedAt, ProbeFailure failure, string text) : base(askedAt)
        {
            Failure = failure;
            Text = text;
        }

        public ProbeFailure Failure { get; }

        /// <summary>The driver's words, for operators only.</summary>
        public string Text { get; }
    }
}
