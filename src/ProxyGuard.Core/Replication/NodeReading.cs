namespace ProxyGuard.Core.Replication;

/// <summary>Which server answered: <c>@@server_id</c>, and <c>@@server_uuid</c> where the server has one (MySQL 5.6 and later; null on MariaDB).</summary>
public readonly record struct ServerId(long Id, string? Uuid)
{
    public override string ToString() => Uuid is null ? $"{Id}" : $"{Id}/{Uuid}";
}

/// <summary>Why a node did not answer.</summary>
public enum ProbeFailure
{
    /// <summary>Something we have no name for; the text says what.</summary>
    Other,

    /// <summary>Nobody listens there, or the way there is cut.</summary>
    Unreachable,

    /// <summary>No answer within the probe's deadline.</summary>
    TimedOut,

    /// <summary>The account or its password was refused.</summary>
    AuthenticationFailed,

    /// <summary>The account may not see replication: a grant is missing.</summary>
    PermissionDenied,
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

/// <summary>An error a server reported about its own replication. <paramref name="Text"/> is the server's, unchanged, and is for operators only.</summary>
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

    public required ReplicationThread IoThread { get; init; }

    public required ReplicationThread SqlThread { get; init; }

    /// <summary>Up to where the source's binlog was applied (Relay_Master_Log_File, Exec_Master_Log_Pos). Null when the server does not say.</summary>
    public required BinlogPosition? Executed { get; init; }

    /// <summary>Null when the IO thread reports no error.</summary>
    public ReplicationError? IoError { get; init; }

    /// <summary>Null when the SQL thread reports no error.</summary>
    public ReplicationError? SqlError { get; init; }

    /// <summary>Seconds_Behind_Master: null when NULL. Only a fall-back, and never proof of being caught up.</summary>
    public TimeSpan? SecondsBehindSource { get; init; }
}

/// <summary>What one probe of one node saw. No answer is a reading too.</summary>
public abstract record NodeReading
{
    private NodeReading(Moment askedAt) => AskedAt = askedAt;

    /// <summary>When the tick's questions were sent: what an answer says was true then or later.</summary>
    public Moment AskedAt { get; }

    /// <summary>The node answered everything that was asked.</summary>
    public sealed record Answered : NodeReading
    {
        public Answered(Moment askedAt) : base(askedAt)
        {
        }

        public required ServerId Server { get; init; }

        /// <summary>For people: flavour and version, such as "MariaDB 10.11.6".</summary>
        public required string ServerName { get; init; }

        /// <summary><c>@@global.read_only</c>.</summary>
        public required bool ReadOnly { get; init; }

        /// <summary>Null when the server writes no binlog.</summary>
        public required BinlogPosition? Head { get; init; }

        public required BinlogIndex Logs { get; init; }

        /// <summary>Null when the server replicates from nobody. Of several channels, the one that is worst off.</summary>
        public required ReplicationStatus? Replication { get; init; }
    }

    /// <summary>The node did not answer, or refused to.</summary>
    public sealed record Silent : NodeReading
    {
        public Silent(Moment askedAt, ProbeFailure failure, string text) : base(askedAt)
        {
            Failure = failure;
            Text = text;
        }

        public ProbeFailure Failure { get; }

        /// <summary>The driver's words, for operators only.</summary>
        public string Text { get; }
    }
}
