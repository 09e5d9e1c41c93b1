using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>One kind of step: its texts, where it is done, and what it may break.</summary>
public sealed record StepKind(string Id, StepPlace Place, Danger Danger)
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
    internal static readonly StepKind WhatHangs = new("look-what-hangs", StepPlace.Node, Danger.None);
    internal static readonly StepKind Disk = new("look-at-disk", StepPlace.Shell, Danger.None);
    internal static readonly StepKind Variables = new("look-at-settings", StepPlace.Node, Danger.None);
    internal static readonly StepKind Gtids = new("look-at-gtids", StepPlace.Node, Danger.None);
    internal static readonly StepKind GtidsOnSource = new("look-at-gtids-on-source", StepPlace.Source, Danger.None);
    internal static readonly StepKind Wait = new("wait-until-caught-up", StepPlace.Node, Danger.None);

    internal static readonly StepKind Backup = new("backup", StepPlace.Shell, Danger.None);
    internal static readonly StepKind BackupOfUnknownSize = new("backup-of-unknown-size", StepPlace.Shell, Danger.None);

    internal static readonly StepKind EndBlocker = new("end-blocker", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind Start = new("start", StepPlace.Node, Danger.Low);
    internal static readonly StepKind StartSql = new("start-sql-thread", StepPlace.Node, Danger.Low);
    internal static readonly StepKind StartIo = new("start-io-thread", StepPlace.Node, Danger.Low);
    internal static readonly StepKind Idempotent = new("idempotent", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind Strict = new("strict-again", StepPlace.Node, Danger.Low);
    internal static readonly StepKind CopyTable = new("copy-table", StepPlace.Shell, Danger.Medium);
    internal static readonly StepKind AllowCopy = new("allow-copy", StepPlace.Node, Danger.Low);
    internal static readonly StepKind ForbidWrites = new("forbid-writes", StepPlace.Node, Danger.Low);
    internal static readonly StepKind DeleteRow = new("delete-row", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind SkipStatement = new("skip-statement", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind Refetch = new("refetch-relay-log", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind SkipToNextLog = new("go-to-next-log", StepPlace.Node, Danger.High);

    internal static readonly StepKind PrepareRebuild = new("prepare-rebuild", StepPlace.Node, Danger.High);
    internal static readonly StepKind Rebuild = new("rebuild", StepPlace.Shell, Danger.High);
    internal static readonly StepKind RebuildPhysically = new("rebuild-physically", StepPlace.Shell, Danger.High);
    internal static readonly StepKind RebuildByClone = new("rebuild-by-clone", StepPlace.Node, Danger.High);

    internal static readonly StepKind Credentials = new("set-credentials", StepPlace.Node, Danger.Low);
    internal static readonly StepKind Address = new("set-source-address", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind Follow = new("follow-again", StepPlace.Node, Danger.Medium);
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
    internal static readonly StepKind EmptyTransaction = new("empty-transaction", StepPlace.Source, Danger.High);
    internal static readonly StepKind AllowWrites = new("allow-writes", StepPlace.Node, Danger.High);
    internal static readonly StepKind OnePrimary = new("choose-one-primary", StepPlace.Node, Danger.High);
    internal static readonly StepKind SwitchOnBinlog = new("switch-on-binlog", StepPlace.Node, Danger.High);
    internal static readonly StepKind AddKey = new("add-key", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind AddKeyOnSource = new("add-key-on-source", StepPlace.Source, Danger.High);
    internal static readonly StepKind Purge = new("purge-binlogs", StepPlace.Node, Danger.High);
    internal static readonly StepKind Expire = new("expire-binlogs", StepPlace.Node, Danger.Medium);
    internal static readonly StepKind StartServer = new("start-server", StepPlace.Shell, Danger.None);
    internal static readonly StepKind SetPrimary = new("configure-primary", StepPlace.Shell, Danger.Low);

    public static ImmutableArray<StepKind> All { get; } =
    [
        Status, NotePosition, Row, RowByItsKey, RowOnSource, Schema, SchemaOnSource, Workers, Blockers, SourceLogs, Accounts, ServerIds, Connect, WhatHangs, Disk, Variables, Gtids, GtidsOnSource, Wait,
        Backup, BackupOfUnknownSize, EndBlocker, Start, StartSql, StartIo, Idempotent, Strict, CopyTable, AllowCopy, ForbidWrites, DeleteRow, SkipStatement, Refetch, SkipToNextLog,
        PrepareRebuild, Rebuild, RebuildPhysically, RebuildByClone, Credentials, Address, Follow, PublicKey, Encrypt, RetryLonger, GrantReplication, GrantGuard,
        ServerId, ServerUuid, PacketOnSource, PacketOnReplica, UnblockHosts, UnblockGuard, MoreConnectErrors, EmptyTransaction, AllowWrites, OnePrimary, SwitchOnBinlog,
        AddKey, AddKeyOnSource, Purge, Expire, StartServer, SetPrimary,
    ];
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
    internal const string ResetReplica = "reset-replica";
    internal const string DeleteBinlogs = "delete-binlogs";
    internal const string WriteOnBoth = "write-on-both";
    internal const string TrustZero = "trust-zero-seconds";
    internal const string Reconnect = "reset-to-reconnect";

    public static ImmutableArray<string> All { get; } =
        [Skip, DeleteRelayLogs, RestartAgain, ResetSource, MakeWritable, StayIdempotent, ResetReplica, DeleteBinlogs, WriteOnBoth, TrustZero, Reconnect];
}
