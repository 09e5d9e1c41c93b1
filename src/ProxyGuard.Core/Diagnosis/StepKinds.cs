using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>One kind of step: its texts, where it is done, and what it may break.</summary>
/// <param name="ChangesData">Whether rows or tables of a node can be others afterwards; not what replication itself brings.</param>
public sealed record StepKind(string Id, StepTarget Target, Danger Danger, bool ChangesData = false)
{
    internal RemedyStep With(params ImmutableArray<string> commands) =>
        new() { Id = Id, Target = Target, Danger = Danger, Commands = commands };
}

/// <summary>Every kind of step there is.</summary>
public static class StepKinds
{
    internal static readonly StepKind Status = new("look-at-status", StepTarget.Node, Danger.None);
    internal static readonly StepKind NotePosition = new("note-position", StepTarget.Node, Danger.None);
    internal static readonly StepKind Row = new("look-at-row", StepTarget.Node, Danger.None);
    internal static readonly StepKind RowByItsKey = new("look-at-row-by-its-key", StepTarget.Node, Danger.None);
    internal static readonly StepKind RowOnSource = new("look-at-row-on-source", StepTarget.Source, Danger.None);
    internal static readonly StepKind Schema = new("look-at-table", StepTarget.Node, Danger.None);
    internal static readonly StepKind SchemaOnSource = new("look-at-table-on-source", StepTarget.Source, Danger.None);
    internal static readonly StepKind Workers = new("look-at-workers", StepTarget.Node, Danger.None);
    internal static readonly StepKind Blockers = new("look-for-blockers", StepTarget.Node, Danger.None);
    internal static readonly StepKind SourceLogs = new("look-at-source-logs", StepTarget.Source, Danger.None);
    internal static readonly StepKind Accounts = new("look-at-account", StepTarget.Source, Danger.None);
    internal static readonly StepKind ServerIds = new("look-at-server-ids", StepTarget.Node, Danger.None);
    internal static readonly StepKind Connect = new("try-to-connect", StepTarget.Shell, Danger.None);
    internal static readonly StepKind AskWebServers = new("ask-web-servers", StepTarget.Shell, Danger.None);
    internal static readonly StepKind WhatHangs = new("look-what-hangs", StepTarget.Node, Danger.None);
    internal static readonly StepKind Disk = new("look-at-disk", StepTarget.Shell, Danger.None);
    internal static readonly StepKind Variables = new("look-at-settings", StepTarget.Node, Danger.None);
    internal static readonly StepKind Gtids = new("look-at-gtids", StepTarget.Node, Danger.None);
    internal static readonly StepKind GtidsOnSource = new("look-at-gtids-on-source", StepTarget.Source, Danger.None);
    internal static readonly StepKind References = new("look-at-references", StepTarget.Node, Danger.None);
    internal static readonly StepKind StrayOnSource = new("look-for-stray-on-source", StepTarget.Source, Danger.None);
    internal static readonly StepKind RoutineOnSource = new("look-at-routine-on-source", StepTarget.Source, Danger.None);
    internal static readonly StepKind SettingsOnSource = new("look-at-settings-on-source", StepTarget.Source, Danger.None);
    internal static readonly StepKind AppliersAccount = new("look-at-appliers-account", StepTarget.Node, Danger.None);
    internal static readonly StepKind ErrorLog = new("look-at-error-log", StepTarget.Node, Danger.None);
    internal static readonly StepKind Compare = new("compare-tables", StepTarget.Node, Danger.None);
    internal static readonly StepKind CompareOnSource = new("compare-tables-on-source", StepTarget.Source, Danger.None);
    internal static readonly StepKind Wait = new("wait-until-caught-up", StepTarget.Node, Danger.None);

    internal static readonly StepKind Backup = new("backup", StepTarget.Shell, Danger.None);
    internal static readonly StepKind BackupOfUnknownSize = new("backup-of-unknown-size", StepTarget.Shell, Danger.None);

    internal static readonly StepKind EndBlocker = new("end-blocker", StepTarget.Node, Danger.Medium);
    internal static readonly StepKind Start = new("start", StepTarget.Node, Danger.Low);
    internal static readonly StepKind StartSql = new("start-sql-thread", StepTarget.Node, Danger.Low);
    internal static readonly StepKind StartIo = new("start-io-thread", StepTarget.Node, Danger.Low);
    internal static readonly StepKind Idempotent = new("idempotent", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind Strict = new("strict-again", StepTarget.Node, Danger.Low);
    internal static readonly StepKind ClearSkipCounter = new("clear-skip-counter", StepTarget.Node, Danger.Low);
    internal static readonly StepKind CopyTable = new("copy-table", StepTarget.Shell, Danger.Medium, ChangesData: true);
    internal static readonly StepKind AllowCopy = new("allow-copy", StepTarget.Node, Danger.Low);
    internal static readonly StepKind ForbidWrites = new("forbid-writes", StepTarget.Node, Danger.Low);
    internal static readonly StepKind DeleteRow = new("delete-row", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind SkipStatement = new("skip-statement", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind Refetch = new("refetch-relay-log", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind SkipToNextLog = new("go-to-next-log", StepTarget.Node, Danger.High, ChangesData: true);

    internal static readonly StepKind RefetchAfterReset = new("refetch-after-reset", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind CopyRoutines = new("copy-routines", StepTarget.Shell, Danger.Medium);
    internal static readonly StepKind CreateAccount = new("create-account", StepTarget.Node, Danger.Low);
    internal static readonly StepKind RepairTable = new("repair-table", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind RaiseLimit = new("raise-limit", StepTarget.Node, Danger.Low);
    internal static readonly StepKind AllowRowFormat = new("allow-row-format", StepTarget.Node, Danger.Low);
    internal static readonly StepKind WithoutChecksums = new("without-checksums", StepTarget.Source, Danger.Low);
    internal static readonly StepKind GrantApplier = new("grant-applier", StepTarget.Node, Danger.Low);
    internal static readonly StepKind SetUpSource = new("set-up-source", StepTarget.Source, Danger.High);

    internal static readonly StepKind RelaxDurability = new("relax-durability", StepTarget.Node, Danger.Medium);
    internal static readonly StepKind DurableAgain = new("durable-again", StepTarget.Node, Danger.Low);
    internal static readonly StepKind MoreAppliers = new("more-appliers", StepTarget.Node, Danger.Low);
    internal static readonly StepKind ReleaseHold = new("release-hold", StepTarget.Shell, Danger.Low);

    internal static readonly StepKind PrepareRebuild = new("prepare-rebuild", StepTarget.Node, Danger.High, ChangesData: true);
    internal static readonly StepKind Rebuild = new("rebuild", StepTarget.Shell, Danger.High, ChangesData: true);
    internal static readonly StepKind RebuildPhysically = new("rebuild-physically", StepTarget.Shell, Danger.High, ChangesData: true);
    internal static readonly StepKind RebuildByClone = new("rebuild-by-clone", StepTarget.Node, Danger.High, ChangesData: true);

    internal static readonly StepKind Credentials = new("set-credentials", StepTarget.Node, Danger.Low);
    internal static readonly StepKind Address = new("set-source-address", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind Follow = new("follow-again", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind PublicKey = new("allow-public-key", StepTarget.Node, Danger.Low);
    internal static readonly StepKind Encrypt = new("encrypt-connection", StepTarget.Node, Danger.Low);
    internal static readonly StepKind RetryLonger = new("retry-longer", StepTarget.Node, Danger.Low);
    internal static readonly StepKind GrantReplication = new("grant-replication", StepTarget.Source, Danger.Low);
    internal static readonly StepKind GrantGuard = new("grant-guard", StepTarget.Node, Danger.Low);
    internal static readonly StepKind ServerId = new("set-server-id", StepTarget.Node, Danger.Medium);
    internal static readonly StepKind ServerUuid = new("new-server-uuid", StepTarget.Shell, Danger.Medium);
    internal static readonly StepKind PacketOnSource = new("raise-packet-on-source", StepTarget.Source, Danger.Low);
    internal static readonly StepKind PacketOnReplica = new("raise-packet-on-replica", StepTarget.Node, Danger.Low);
    internal static readonly StepKind UnblockHosts = new("unblock-hosts", StepTarget.Source, Danger.Low);
    internal static readonly StepKind UnblockGuard = new("unblock-guard", StepTarget.Node, Danger.Low);
    internal static readonly StepKind MoreConnectErrors = new("allow-more-connect-errors", StepTarget.Node, Danger.Low);
    internal static readonly StepKind EmptyTransaction = new("empty-transaction", StepTarget.Source, Danger.High, ChangesData: true);
    internal static readonly StepKind AllowWrites = new("allow-writes", StepTarget.Node, Danger.High);
    internal static readonly StepKind OnePrimary = new("choose-one-primary", StepTarget.Node, Danger.High);
    internal static readonly StepKind SwitchOnBinlog = new("switch-on-binlog", StepTarget.Node, Danger.High);
    internal static readonly StepKind AddKey = new("add-key", StepTarget.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind AddKeyOnSource = new("add-key-on-source", StepTarget.Source, Danger.High);
    internal static readonly StepKind Purge = new("purge-binlogs", StepTarget.Node, Danger.High);
    internal static readonly StepKind Expire = new("expire-binlogs", StepTarget.Node, Danger.Medium);
    internal static readonly StepKind StartServer = new("start-server", StepTarget.Shell, Danger.None);
    internal static readonly StepKind SetPrimary = new("configure-primary", StepTarget.Shell, Danger.Low);

    public static ImmutableArray<StepKind> All { get; } =
    [
        Status, NotePosition, Row, RowByItsKey, RowOnSource, Schema, SchemaOnSource, Workers, Blockers, SourceLogs, Accounts, ServerIds,
        Connect, AskWebServers, WhatHangs, Disk, Variables, Gtids, GtidsOnSource, Wait,
        References, StrayOnSource, RoutineOnSource, SettingsOnSource, AppliersAccount, ErrorLog, Compare, CompareOnSource,
        Backup, BackupOfUnknownSize, EndBlocker, Start, StartSql, StartIo, Idempotent, Strict, ClearSkipCounter, CopyTable, AllowCopy,
        ForbidWrites, DeleteRow, SkipStatement, Refetch, SkipToNextLog,
        RefetchAfterReset, CopyRoutines, CreateAccount, RepairTable, RaiseLimit, AllowRowFormat, WithoutChecksums, GrantApplier,
        SetUpSource,
        RelaxDurability, DurableAgain, MoreAppliers, ReleaseHold,
        PrepareRebuild, Rebuild, RebuildPhysically, RebuildByClone, Credentials, Address, Follow, PublicKey, Encrypt, RetryLonger,
        GrantReplication, GrantGuard,
        ServerId, ServerUuid, PacketOnSource, PacketOnReplica, UnblockHosts, UnblockGuard, MoreConnectErrors, EmptyTransaction, AllowWrites,
        OnePrimary, SwitchOnBinlog,
        AddKey, AddKeyOnSource, Purge, Expire, StartServer, SetPrimary,
    ];

    private static readonly FrozenSet<string> Changing = All.Where(step => step.ChangesData).Select(step => step.Id).ToFrozenSet();

    internal static bool ChangesData(string id) => Changing.Contains(id);
}

/// <summary>What not to do; the words of <see cref="Finding.DeadEnds"/>.</summary>
public static class DeadEnds
{
    internal const string Skip = "skip-transaction";
    internal const string DeleteRelayLogs = "delete-relay-logs";
    internal const string RestartAgain = "restart-again";
    internal const string ResetSource = "reset-source-logs";
    internal const string MakeWritable = "make-replica-writable";
    internal const string StayIdempotent = "stay-idempotent";
    internal const string IdempotentUpdate = "idempotent-update";
    internal const string ResetReplica = "reset-replica";
    internal const string DeleteBinlogs = "delete-binlogs";
    internal const string WriteOnBoth = "write-on-both";
    internal const string TrustZero = "trust-zero-seconds";
    internal const string Reconnect = "reset-to-reconnect";

    public static ImmutableArray<string> All { get; } =
    [
        Skip, DeleteRelayLogs, RestartAgain, ResetSource, MakeWritable, StayIdempotent, IdempotentUpdate, ResetReplica, DeleteBinlogs,
        WriteOnBoth, TrustZero, Reconnect,
    ];
}
