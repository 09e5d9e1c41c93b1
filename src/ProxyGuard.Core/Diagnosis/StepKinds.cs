using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>One kind of step: its texts, where it is done, and what it may break.</summary>
/// <param name="ChangesData">Whether rows or tables of a node can be others afterwards; not what replication itself brings.</param>
public sealed record StepKind(string Id, StepPlace Place, Danger Danger, bool ChangesData = false)
{
    internal RemedyStep With(params ImmutableArray<string> commands) => new() { Id = Id, Place = Place, Danger = Danger, Commands = commands };
}

/// <summary>Every kind of step there is.</summary>
public static class StepKinds
{
    internal static readonly StepKind Status = new("look-at-status", StepPlace.Node, Danger.None);
    internal static readonly StepKind NotePosition = new("note-position", StepPlace.Node, Danger.None);
    internal static readonly StepKind Row = new("look-at-row", StepPlace.Node, Danger.None);
    internal static readonly StepKind RowByItsKey = new("look-at-row-by-its-key", StepPlace.Node, Danger.None);
    internal static readonly StepKind RowOnSource = new("look-at-row-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind Schema = new("look-at-table", StepPlace.Node, Danger.None);
    internal static readonly StepKind SchemaOnSource = new("look-at-table-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind Workers = new("look-at-workers", StepPlace.Node, Danger.None);
    internal static readonly StepKind Blockers = new("look-for-blockers", StepPlace.Node, Danger.None);
    internal static readonly StepKind SourceLogs = new("look-at-source-logs", StepPlace.Source, Danger.None);
    internal static readonly StepKind Accounts = new("look-at-account", StepPlace.Source, Danger.None);
    internal static readonly StepKind ServerIds = new("look-at-server-ids", StepPlace.Node, Danger.None);
    internal static readonly StepKind Connect = new("try-to-connect", StepPlace.Shell, Danger.None);
    internal static readonly StepKind AskWebServers = new("ask-web-servers", StepPlace.Shell, Danger.None);
    internal static readonly StepKind WhatHangs = new("look-what-hangs", StepPlace.Node, Danger.None);
    internal static readonly StepKind Disk = new("look-at-disk", StepPlace.Shell, Danger.None);
    internal static readonly StepKind Variables = new("look-at-settings", StepPlace.Node, Danger.None);
    internal static readonly StepKind Gtids = new("look-at-gtids", StepPlace.Node, Danger.None);
    internal static readonly StepKind GtidsOnSource = new("look-at-gtids-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind References = new("look-at-references", StepPlace.Node, Danger.None);
    internal static readonly StepKind StrayOnSource = new("look-for-stray-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind RoutineOnSource = new("look-at-routine-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind SettingsOnSource = new("look-at-settings-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind AppliersAccount = new("look-at-appliers-account", StepPlace.Node, Danger.None);
    internal static readonly StepKind ErrorLog = new("look-at-error-log", StepPlace.Node, Danger.None);
    internal static readonly StepKind Compare = new("compare-tables", StepPlace.Node, Danger.None);
    internal static readonly StepKind CompareOnSource = new("compare-tables-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind Wait = new("wait-until-caught-up", StepPlace.Node, Danger.None);

    internal static readonly StepKind Backup = new("backup", StepPlace.Shell, Danger.None);
    internal static readonly StepKind BackupOfUnknownSize = new("backup-of-unknown-size", StepPlace.Shell, Danger.None);

    internal static readonly StepKind EndBlocker = new("end-blocker", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind Start = new("start", StepPlace.Node, Danger.Low);
    internal static readonly StepKind StartSql = new("start-sql-thread", StepPlace.Node, Danger.Low);
    internal static readonly StepKind StartIo = new("start-io-thread", StepPlace.Node, Danger.Low);
    internal static readonly StepKind Idempotent = new("idempotent", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind Strict = new("strict-again", StepPlace.Node, Danger.Low);
    internal static readonly StepKind ClearSkipCounter = new("clear-skip-counter", StepPlace.Node, Danger.Low);
    internal static readonly StepKind CopyTable = new("copy-table", StepPlace.Shell, Danger.Medium, ChangesData: true);
    internal static readonly StepKind AllowCopy = new("allow-copy", StepPlace.Node, Danger.Low);
    internal static readonly StepKind ForbidWrites = new("forbid-writes", StepPlace.Node, Danger.Low);
    internal static readonly StepKind DeleteRow = new("delete-row", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind SkipStatement = new("skip-statement", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind Refetch = new("refetch-relay-log", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind SkipToNextLog = new("go-to-next-log", StepPlace.Node, Danger.High, ChangesData: true);

    internal static readonly StepKind RefetchAfterReset = new("refetch-after-reset", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind CopyRoutines = new("copy-routines", StepPlace.Shell, Danger.Medium);
    internal static readonly StepKind CreateAccount = new("create-account", StepPlace.Node, Danger.Low);
    internal static readonly StepKind RepairTable = new("repair-table", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind RaiseLimit = new("raise-limit", StepPlace.Node, Danger.Low);
    internal static readonly StepKind AllowRowFormat = new("allow-row-format", StepPlace.Node, Danger.Low);
    internal static readonly StepKind WithoutChecksums = new("without-checksums", StepPlace.Source, Danger.Low);
    internal static readonly StepKind GrantApplier = new("grant-applier", StepPlace.Node, Danger.Low);
    internal static readonly StepKind SetUpSource = new("set-up-source", StepPlace.Source, Danger.High);

    internal static readonly StepKind RelaxDurability = new("relax-durability", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind DurableAgain = new("durable-again", StepPlace.Node, Danger.Low);
    internal static readonly StepKind MoreAppliers = new("more-appliers", StepPlace.Node, Danger.Low);
    internal static readonly StepKind ReleaseHold = new("release-hold", StepPlace.Shell, Danger.Low);

    internal static readonly StepKind PrepareRebuild = new("prepare-rebuild", StepPlace.Node, Danger.High, ChangesData: true);
    internal static readonly StepKind Rebuild = new("rebuild", StepPlace.Shell, Danger.High, ChangesData: true);
    internal static readonly StepKind RebuildPhysically = new("rebuild-physically", StepPlace.Shell, Danger.High, ChangesData: true);
    internal static readonly StepKind RebuildByClone = new("rebuild-by-clone", StepPlace.Node, Danger.High, ChangesData: true);

    internal static readonly StepKind Credentials = new("set-credentials", StepPlace.Node, Danger.Low);
    internal static readonly StepKind Address = new("set-source-address", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind Follow = new("follow-again", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind PublicKey = new("allow-public-key", StepPlace.Node, Danger.Low);
    internal static readonly StepKind Encrypt = new("encrypt-connection", StepPlace.Node, Danger.Low);
    internal static readonly StepKind RetryLonger = new("retry-longer", StepPlace.Node, Danger.Low);
    internal static readonly StepKind GrantReplication = new("grant-replication", StepPlace.Source, Danger.Low);
    internal static readonly StepKind GrantGuard = new("grant-guard", StepPlace.Node, Danger.Low);
    internal static readonly StepKind ServerId = new("set-server-id", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind ServerUuid = new("new-server-uuid", StepPlace.Shell, Danger.Medium);
    internal static readonly StepKind PacketOnSource = new("raise-packet-on-source", StepPlace.Source, Danger.Low);
    internal static readonly StepKind PacketOnReplica = new("raise-packet-on-replica", StepPlace.Node, Danger.Low);
    internal static readonly StepKind UnblockHosts = new("unblock-hosts", StepPlace.Source, Danger.Low);
    internal static readonly StepKind UnblockGuard = new("unblock-guard", StepPlace.Node, Danger.Low);
    internal static readonly StepKind MoreConnectErrors = new("allow-more-connect-errors", StepPlace.Node, Danger.Low);
    internal static readonly StepKind EmptyTransaction = new("empty-transaction", StepPlace.Source, Danger.High, ChangesData: true);
    internal static readonly StepKind AllowWrites = new("allow-writes", StepPlace.Node, Danger.High);
    internal static readonly StepKind OnePrimary = new("choose-one-primary", StepPlace.Node, Danger.High);
    internal static readonly StepKind SwitchOnBinlog = new("switch-on-binlog", StepPlace.Node, Danger.High);
    internal static readonly StepKind AddKey = new("add-key", StepPlace.Node, Danger.Medium, ChangesData: true);
    internal static readonly StepKind AddKeyOnSource = new("add-key-on-source", StepPlace.Source, Danger.High);
    internal static readonly StepKind Purge = new("purge-binlogs", StepPlace.Node, Danger.High);
    internal static readonly StepKind Expire = new("expire-binlogs", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind StartServer = new("start-server", StepPlace.Shell, Danger.None);
    internal static readonly StepKind SetPrimary = new("configure-primary", StepPlace.Shell, Danger.Low);

    public static ImmutableArray<StepKind> All { get; } =
    [
        Status, NotePosition, Row, RowByItsKey, RowOnSource, Schema, SchemaOnSource, Workers, Blockers, SourceLogs, Accounts, ServerIds, Connect, AskWebServers, WhatHangs, Disk, Variables, Gtids, GtidsOnSource, Wait,
        References, StrayOnSource, RoutineOnSource, SettingsOnSource, AppliersAccount, ErrorLog, Compare, CompareOnSource,
        Backup, BackupOfUnknownSize, EndBlocker, Start, StartSql, StartIo, Idempotent, Strict, ClearSkipCounter, CopyTable, AllowCopy, ForbidWrites, DeleteRow, SkipStatement, Refetch, SkipToNextLog,
        RefetchAfterReset, CopyRoutines, CreateAccount, RepairTable, RaiseLimit, AllowRowFormat, WithoutChecksums, GrantApplier, SetUpSource,
        RelaxDurability, DurableAgain, MoreAppliers, ReleaseHold,
        PrepareRebuild, Rebuild, RebuildPhysically, RebuildByClone, Credentials, Address, Follow, PublicKey, Encrypt, RetryLonger, GrantReplication, GrantGuard,
        ServerId, ServerUuid, PacketOnSource, PacketOnReplica, UnblockHosts, UnblockGuard, MoreConnectErrors, EmptyTransaction, AllowWrites, OnePrimary, SwitchOnBinlog,
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
        [Skip, DeleteRelayLogs, RestartAgain, ResetSource, MakeWritable, StayIdempotent, IdempotentUpdate, ResetReplica, DeleteBinlogs, WriteOnBoth, TrustZero, Reconnect];
}
