using System.Collections.Immutable;
using static ProxyGuard.Core.Diagnosis.ConnectionRemedies;
using static ProxyGuard.Core.Diagnosis.LogRemedies;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Why an IO thread stops or cannot connect. One number, 1236, stands for half a dozen causes: only the text tells them apart, and since
/// MySQL 8.0 the number of the same error is 13114. So texts come first.
/// </summary>
internal static class IoThreadErrors
{
    private static readonly ImmutableArray<int> Fatal = [1236, 13114];

    /// <summary>The first that fits is it.</summary>
    public static ImmutableArray<ErrorRule> All { get; } =
    [
        new(FindingKinds.DiskFull, [], SqlThreadErrors.DiskIsFull, SqlThreadErrors.Disk, [DeadEnds.DeleteRelayLogs]),
        // A read while the source writes may see half an event: then it is whole at the next look.
        new(FindingKinds.SourceLogTruncated, Fatal, ["truncated in the middle of event"],
            scene =>
                [.. LookAtSourceLogs(scene), SourceDisk(scene), .. StartIo(scene), .. GoToNextLog(scene),
                .. RebuildRemedies.Rebuild(scene)],
            [DeadEnds.ResetSource]) { Confidence = Confidence.Likely },
        // They may as well be the source's own, which no other server ever had.
        new(
            FindingKinds.LogPurged, Fatal, ["the missing transactions are"],
            scene => [.. LookAtSourceLogs(scene), .. RebuildRemedies.Rebuild(scene)],
            [DeadEnds.ResetSource, DeadEnds.Reconnect]) { Confidence = Confidence.Likely },
        new(FindingKinds.LogPurged, Fatal,
            ["Could not find first log file name", "purged", "Could not find GTID state", "not find the GTID"],
            scene => [.. LookAtSourceLogs(scene), .. RebuildRemedies.Rebuild(scene)],
                [DeadEnds.RestartAgain, DeadEnds.ResetSource, DeadEnds.Reconnect]),
        // A file that the index names and that is not found: deleted by hand, or not readable any more.
        new(FindingKinds.LogPurged, Fatal, ["could not open log file", "could not find next log", "Failed to open log"],
            scene => [.. LookAtSourceLogs(scene), .. RebuildRemedies.Rebuild(scene)],
                [DeadEnds.RestartAgain, DeadEnds.ResetSource, DeadEnds.Reconnect]) { Confidence = Confidence.Likely },
        new(FindingKinds.PacketTooLarge, Fatal, ["max_allowed_packet"], RaisePacket, [DeadEnds.RestartAgain, DeadEnds.Skip]),
        new(FindingKinds.PositionImpossible, Fatal, ["position > file size", "impossible position"],
            scene => [.. LookAtSourceLogs(scene), .. GoToNextLog(scene), .. RebuildRemedies.Rebuild(scene)],
            [DeadEnds.ResetSource, DeadEnds.RestartAgain]),
        new(
            FindingKinds.ErrantGtid, Fatal, ["has more GTIDs than", "which is not in the"], ErrantGtid,
            [DeadEnds.ResetSource, DeadEnds.MakeWritable, DeadEnds.Reconnect]),
        new(FindingKinds.SameReplicaTwice, [1236, 13114, 1593, 13117],
            ["with the same server_uuid", "with the same server_id", "with the same server uuid"],
            scene => scene.Server.IsMariaDb || !scene.Server.IsAtLeast(5, 6) ? SameServerId(scene)
                : SameServerUuid(scene), [DeadEnds.RestartAgain]),
        // The replica is too old to read what every event ends with since MySQL 5.6 and MariaDB 10.2; no log is damaged.
        new(
            FindingKinds.ChecksumUnknown, Fatal, ["events with the checksum"], WithoutChecksums,
            [DeadEnds.ResetSource, DeadEnds.RestartAgain]),
        new(
            FindingKinds.SourceNotSetUp, [],
            [
                "Binary log is not open", "server_id is 0", "server id was not set", "server_id was not set", "Misconfigured master",
                "Misconfigured source",
            ],
            SetUpSource, [DeadEnds.Reconnect]),
        new(
            FindingKinds.SqlGtidMode, [], ["GTID_MODE", "Cannot replicate anonymous transaction"], SqlThreadErrors.GtidModes,
            [DeadEnds.ResetReplica]),
        new(FindingKinds.SourceLogDamaged, Fatal,
            [
                "bogus data", "crc check", "checksum failed", "checksum verification failed", "I/O error reading", "invalid event",
                "unknown error reading", "corrupt",
            ],
            scene => [.. LookAtSourceLogs(scene), SourceDisk(scene), .. RebuildRemedies.Rebuild(scene)],
                [DeadEnds.ResetSource, DeadEnds.RestartAgain]) { Confidence = Confidence.Likely },
        new(FindingKinds.PacketTooLarge, [1153, 13125], [], RaisePacket, [DeadEnds.RestartAgain]),
        new(FindingKinds.PacketTooLarge, [],
            [
                "longer than slave_max_allowed_packet", "longer than replica_max_allowed_packet", "bigger than 'slave_max_allowed_packet'",
                "bigger than 'max_allowed_packet'",
            ],
            RaisePacket, [DeadEnds.RestartAgain]),

        new(
            FindingKinds.SameServerId, [], ["equal MySQL server ids", "equal MariaDB server ids", "equal server ids"], SameServerId,
            [DeadEnds.RestartAgain]),
        new(FindingKinds.SameServerUuid, [], ["equal MySQL server UUIDs", "equal server UUIDs"], SameServerUuid, [DeadEnds.RestartAgain]),
        new(FindingKinds.AccessDenied, [], ["empty) username"], scene => [.. Look(scene), .. Credentials(scene)], [DeadEnds.Reconnect]),
        new(FindingKinds.DiskFull, [1021], [], SqlThreadErrors.Disk, [DeadEnds.DeleteRelayLogs]) { Confidence = Confidence.Likely },
        SqlThreadErrors.NotQueued,

        new(
            FindingKinds.AuthenticationPlugin, [1251, 1275, 2049, 2054, 2058, 2059, 2061], [],
            scene => [.. LookAtConnection(scene), .. Plugin(scene)], [DeadEnds.Reconnect]),
        // MySQL 8 tells a refused plugin under the number of whatever failed.
        new(
            FindingKinds.AuthenticationPlugin, [], ["Authentication plugin", "requires secure connection"],
            scene => [.. LookAtConnection(scene), .. Plugin(scene)], [DeadEnds.Reconnect]),
        new(
            FindingKinds.SourceGrant, [1142, 1227, 1597, 13120],
            ["denied", "privilege", "REPLICATION SLAVE", "errno: 1045", "errno: 1142", "errno: 1227"], Grant, [DeadEnds.Reconnect]),
        new(FindingKinds.SourceGrant, [1142, 1227], [], Grant, [DeadEnds.Reconnect]) { Confidence = Confidence.Likely },
        new(FindingKinds.AccessDenied, [1130], [],
            scene =>
                [
                    .. LookAtConnection(scene),
                    StepKinds.Accounts.With("SELECT User, Host FROM mysql.user WHERE User = 'REPLICATION_USER'"), .. StartIo(scene),
                ],
            [DeadEnds.Reconnect]),
        new(
            FindingKinds.AccessDenied, [1044, 1045, 1698, 1820, 1862, 3118, 4151], [],
            scene => [.. LookAtConnection(scene), .. Credentials(scene)], [DeadEnds.Reconnect]),
        new(FindingKinds.Tls, [2026, 3159], [], scene => [.. LookAtConnection(scene), .. Encrypt(scene)], [DeadEnds.Reconnect]),
        new(
            FindingKinds.SourceFull, [1040, 1129, 1203, 1226], [], scene => [.. LookAtConnection(scene), .. UnblockHosts(scene)],
            [DeadEnds.Reconnect]),
        new(
            FindingKinds.SourceUnreachable, [2002, 2003, 2005, 2006, 2013, 1042, 1158, 1159, 1160, 1161, 1189], [],
            scene => [.. LookAtConnection(scene), .. Address(scene)], [DeadEnds.Reconnect, DeadEnds.ResetReplica]),
        // Told with whatever failed underneath, or without.
        new(FindingKinds.SourceUnreachable, [1218, 1597, 13120], ["connecting", "Lost connection", "Can't connect", "failed registering"],
            scene => [.. LookAtConnection(scene), .. Address(scene)],
            [DeadEnds.Reconnect, DeadEnds.ResetReplica]) { Confidence = Confidence.Likely },
        new(
            FindingKinds.RelayLogLost, [1201, 1871, 1872, 13123, 13124], [], FetchFromNotedPlace,
            [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain]),
        new(
            FindingKinds.IoOther, [], [], scene => [.. LookAtSourceLogs(scene), .. LookAtConnection(scene), .. StartIo(scene)],
            [DeadEnds.ResetReplica]) { Confidence = Confidence.Possible },
    ];

    private static RemedyStep SourceDisk(Scene scene) => StepKinds.Disk.With(Shell.On(scene.SourceHost, "df -h"));
}
