using System.Collections.Immutable;
using static ProxyGuard.Core.Diagnosis.FindingKind;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Every kind of finding there is. Findings of the same severity are told in the order of <see cref="All"/>.</summary>
public static class FindingKinds
{
    // What ends everything else: it cannot be told where a write belongs, or nothing arrives and no error says so.
    internal static readonly FindingKind ReplicaReset = OfNode("replica-reset", Severity.Error);
    // The site is down, whatever its databases do.
    internal static readonly FindingKind WebServersUnreachable = OfWebServers("web-servers-unreachable", Severity.Error);
    internal static readonly FindingKind WebServersOfWritesUnreachable = OfWebServers("web-servers-of-writes-unreachable", Severity.Error);
    internal static readonly FindingKind WebServerFailing = OfWebServers("web-server-failing", Severity.Warning, "webServer", "text");

    internal static readonly FindingKind TwoPrimaries = OfNode("two-primaries", Severity.Error, "nodes");
    internal static readonly FindingKind PrimaryUnreachable = OfNode("primary-unreachable", Severity.Error, "text");
    internal static readonly FindingKind PrimaryReadOnly = OfNode("primary-read-only", Severity.Error);
    internal static readonly FindingKind PrimaryStalled = OfNode(
        "primary-stalled", Severity.Error, "seconds", "writes", "waits", "statement");
    internal static readonly FindingKind PrimaryWithoutBinlog = OfNode("primary-without-binlog", Severity.Error);
    internal static readonly FindingKind Ring = OfNode("replication-ring", Severity.Error, "nodes");
    internal static readonly FindingKind AheadOfSource = Of("ahead-of-source", Severity.Error);
    internal static readonly FindingKind WrongSource = Of("wrong-source", Severity.Error);
    internal static readonly FindingKind UnknownSource = Of("unknown-source", Severity.Error);

    // Nothing stands still and no lag is seen, but it is unknown whether what the site writes arrives.
    internal static readonly FindingKind PassesNothingOn = OfEvidence("passes-nothing-on");
    internal static readonly FindingKind LogStandsStill = OfEvidence("log-stands-still");
    internal static readonly FindingKind ServerIdOnPath = OfEvidence("server-id-on-path");
    internal static readonly FindingKind FiltersHideSite = OfEvidence("filters-hide-site");
    internal static readonly FindingKind SkipsErrors = OfEvidence("skips-errors");
    internal static readonly FindingKind IdempotentMode = OfEvidence("idempotent-mode");
    internal static readonly FindingKind SkipCounterSet = OfEvidence("skip-counter-set");
    internal static readonly FindingKind GtidsAhead = OfEvidence("gtids-ahead");
    internal static readonly FindingKind BelowStopped = Of("below-stopped", Severity.Error);
    internal static readonly FindingKind BelowUnknown = OfEvidence("below-unknown");

    internal static readonly FindingKind DuplicateKey = OfThread("sql-duplicate-key", "table", "entry", "key", "event", "file", "position");
    internal static readonly FindingKind DuplicateKeyOfStatement = OfThread(
        "sql-duplicate-key-statement", "table", "entry", "key", "query");
    internal static readonly FindingKind DuplicateKeyOfUpdate = OfThread(
        "sql-duplicate-key-update", "table", "entry", "key", "event", "file", "position");
    internal static readonly FindingKind ErrorsDiffer = OfThread("sql-errors-differ", "query");
    internal static readonly FindingKind ParentMissing = OfThread("sql-parent-missing", "table", "referenced");
    internal static readonly FindingKind TableDamaged = OfThread("sql-table-damaged", "table");
    internal static readonly FindingKind RoutineMissing = OfThread("sql-routine-missing", "routine");
    internal static readonly FindingKind AccountMissing = OfThread("sql-account-missing", "account");
    internal static readonly FindingKind Interrupted = OfThread("sql-interrupted");
    internal static readonly FindingKind LimitTooSmall = OfThread("sql-limit-too-small");
    internal static readonly FindingKind ApplierGrant = OfThread("sql-grant-missing", "account");
    internal static readonly FindingKind BinlogFormatRefused = OfThread("sql-binlog-format-refused");
    internal static readonly FindingKind ForeignArchitecture = OfThread("architecture-not-judged", "architecture", "accept", "accepted");
    internal static readonly FindingKind RelayLogLost = OfThread("relay-log-lost");
    internal static readonly FindingKind RowNotFound = OfThread("sql-row-not-found", "table", "event", "file", "position");
    internal static readonly FindingKind ForeignKey = OfThread("sql-foreign-key", "table");
    internal static readonly FindingKind TableMissing = OfThread("sql-table-missing", "table");
    internal static readonly FindingKind SchemaDiffers = OfThread("sql-schema-differs", "table", "column");
    internal static readonly FindingKind ValueRefused = OfThread("sql-value-refused", "table", "column");
    internal static readonly FindingKind AlreadySo = OfThread("sql-already-so", "query");
    internal static readonly FindingKind SourceTooNew = OfThread("sql-source-too-new");
    internal static readonly FindingKind LockTimeout = OfThread("sql-lock-timeout");
    internal static readonly FindingKind WorkersStopped = OfThread("sql-workers-stopped");
    internal static readonly FindingKind RelayLogDamaged = OfThread("relay-log-damaged");
    internal static readonly FindingKind DiskFull = OfThread("disk-full");
    internal static readonly FindingKind SqlGtidMode = OfThread("gtid-mode-differs");
    internal static readonly FindingKind GtidOutOfOrder = OfThread("gtid-out-of-order", "gtid");
    internal static readonly FindingKind SqlOther = OfThread("sql-other");

    internal static readonly FindingKind LogPurged = OfThread("source-log-purged", "fetchedFile");
    internal static readonly FindingKind PacketTooLarge = OfThread("packet-too-large");
    internal static readonly FindingKind SourceLogTruncated = OfThread("source-log-truncated");
    internal static readonly FindingKind SourceLogDamaged = OfThread("source-log-damaged");
    internal static readonly FindingKind ChecksumUnknown = OfThread("checksums-not-understood");
    internal static readonly FindingKind SourceNotSetUp = OfThread("source-not-set-up");
    internal static readonly FindingKind PositionImpossible = OfThread("position-impossible", "fetchedFile", "fetchedPosition");
    internal static readonly FindingKind ErrantGtid = OfThread("errant-gtid", "gtid");
    internal static readonly FindingKind SameReplicaTwice = OfThread("same-replica-twice");
    internal static readonly FindingKind SameServerId = OfThread("same-server-id");
    internal static readonly FindingKind SameServerUuid = OfThread("same-server-uuid");
    internal static readonly FindingKind SourceUnreachable = OfThread("source-unreachable");
    internal static readonly FindingKind SourceGivenUp = OfThread("source-given-up");
    internal static readonly FindingKind SourceFull = OfThread("source-refuses-connections");
    internal static readonly FindingKind AccessDenied = OfThread("replication-access-denied", "account");
    internal static readonly FindingKind AuthenticationPlugin = OfThread("replication-authentication-plugin", "plugin");
    internal static readonly FindingKind Tls = OfThread("replication-tls");
    internal static readonly FindingKind SourceGrant = OfThread("replication-grant-missing", "account");
    internal static readonly FindingKind IoOther = OfThread("io-other");

    internal static readonly FindingKind ThreadsStopped = Of("threads-stopped", Severity.Error);
    internal static readonly FindingKind SqlStopped = Of("sql-stopped", Severity.Error);
    internal static readonly FindingKind IoStopped = Of("io-stopped", Severity.Error);
    internal static readonly FindingKind IoUnexplained = Of("io-unexplained", Severity.Error);
    internal static readonly FindingKind IoConnecting = Of("io-connecting", Severity.Error);

    internal static readonly FindingKind NodeUnreachable = OfNode("node-unreachable", Severity.Error, "text");
    internal static readonly FindingKind AccessRefused = OfNode("guard-access-refused", Severity.Error, "text");
    internal static readonly FindingKind StatementHangs = OfNode("status-statement-hangs", Severity.Error);
    internal static readonly FindingKind HostBlocked = OfNode("guard-host-blocked", Severity.Error, "text");
    internal static readonly FindingKind ReadPortRefused = OfNode("read-port-refused", Severity.Warning, "text");
    internal static readonly FindingKind GrantsMissing = OfNode("guard-grants-missing", Severity.Error, "text");

    internal static readonly FindingKind PrimaryFollows = OfNode("primary-follows", Severity.Warning, "source");
    internal static readonly FindingKind ReplicaWritable = OfNode("replica-writable", Severity.Warning);
    internal static readonly FindingKind RelayLogsGrow = Of("relay-logs-grow", Severity.Warning, "relayMegabytes", "megabytesPerHour");
    internal static readonly FindingKind BinlogsNeverPurged = OfNode(
        "binlogs-never-purged", Severity.Warning, "binlogMegabytes", "megabytesPerHour");
    internal static readonly FindingKind RowsWithoutKey = Of("rows-without-key", Severity.Warning, "table");
    internal static readonly FindingKind ApplierLocked = Of("applier-locked", Severity.Warning, "state");
    internal static readonly FindingKind LongTransaction = Of("long-transaction", Severity.Warning, "statement", "minutes");
    internal static readonly FindingKind NotCatchingUp = Of("not-catching-up", Severity.Warning, "queueMegabytes");
    internal static readonly FindingKind HeartbeatDisagrees = OfNode("heartbeat-disagrees", Severity.Warning, "seconds");
    internal static readonly FindingKind GivesUpEarly = Of("gives-up-early", Severity.Warning, "minutes");
    internal static readonly FindingKind FlavoursDiffer = Of("flavours-differ", Severity.Warning);
    internal static readonly FindingKind OlderThanSource = Of("older-than-source", Severity.Warning);
    internal static readonly FindingKind GtidUseDiffers = OfNode("gtid-use-differs", Severity.Warning, "nodes");
    internal static readonly FindingKind Filters = Of("replication-filters", Severity.Warning, "filters");

    internal static readonly FindingKind HoldWithoutEnd = OfNode("hold-without-end", Severity.Warning, "mode", "by", "began", "reason");
    internal static readonly FindingKind Behind = Of("behind", Severity.Warning, "queueMegabytes", "megabytesPerMinute", "throttles");
    internal static readonly FindingKind WaitsForSource = Of("waits-for-source", Severity.Notice);
    internal static readonly FindingKind Managed = OfNode("managed-server", Severity.Notice, "architecture", "procedures");
    internal static readonly FindingKind OutsideWrites = OfNode(
        "outside-writes", Severity.Warning, "kilobytesPerMinute", "kilobytesPerRead");
    internal static readonly FindingKind Promoted = OfNode("primary-promoted", Severity.Notice, "configured");
    internal static readonly FindingKind Delayed = OfNode("replica-delayed", Severity.Notice, "minutes");

    /// <summary>In the order in which findings of the same severity are told.</summary>
    public static ImmutableArray<FindingKind> All { get; } =
    [
        WebServersUnreachable, WebServersOfWritesUnreachable, ReplicaReset, TwoPrimaries, PrimaryUnreachable, PrimaryStalled,
        PrimaryReadOnly, PrimaryWithoutBinlog, Ring, AheadOfSource, WrongSource, UnknownSource,
        PassesNothingOn, LogStandsStill, ServerIdOnPath, FiltersHideSite, SkipsErrors, IdempotentMode, SkipCounterSet, GtidsAhead,
        BelowStopped, BelowUnknown,
        DuplicateKey, DuplicateKeyOfUpdate, DuplicateKeyOfStatement, RowNotFound, ParentMissing, ForeignKey, RoutineMissing, AccountMissing,
        ErrorsDiffer, TableMissing, SchemaDiffers, ValueRefused, AlreadySo, SourceTooNew,
        TableDamaged, RelayLogLost, RelayLogDamaged, DiskFull, LimitTooSmall, ApplierGrant, BinlogFormatRefused, SqlGtidMode,
        GtidOutOfOrder, ForeignArchitecture, SqlOther,
        LockTimeout, Interrupted, WorkersStopped,
        ChecksumUnknown, SourceNotSetUp, LogPurged, SourceLogTruncated, SourceLogDamaged, PacketTooLarge, PositionImpossible, ErrantGtid,
        SameReplicaTwice, SameServerId, SameServerUuid,
        AccessDenied, SourceGrant, AuthenticationPlugin, Tls, SourceFull, SourceGivenUp, SourceUnreachable, IoOther,
        ThreadsStopped, SqlStopped, IoUnexplained, IoStopped, IoConnecting, StatementHangs, NodeUnreachable, HostBlocked, ReadPortRefused,
        AccessRefused, GrantsMissing,
        WebServerFailing, PrimaryFollows, ReplicaWritable, OutsideWrites, RelayLogsGrow, RowsWithoutKey, ApplierLocked, LongTransaction,
        NotCatchingUp, BinlogsNeverPurged, HeartbeatDisagrees,
        GivesUpEarly, FlavoursDiffer, OlderThanSource, GtidUseDiffers, Filters,
        Behind, HoldWithoutEnd, WaitsForSource, Managed, Promoted, Delayed,
    ];
}
