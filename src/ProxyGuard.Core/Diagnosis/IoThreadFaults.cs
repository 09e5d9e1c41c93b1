using System.Collections.Immutable;
using static ProxyGuard.Core.Diagnosis.ConnectionRemedies;
using static ProxyGuard.Core.Diagnosis.LogRemedies;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Why an IO thread stops or cannot connect. One number, 1236, stands for half a dozen causes: only the text tells them apart, and since MySQL 8.0 the number
/// of the same error is 13114. So texts come first.
/// </summary>
internal static class IoThreadFaults
{
    private static readonly ImmutableArray<int> Fatal = [1236, 13114];
    private static readonly ImmutableArray<int> OwnFatal = [1593, 13117];

    /// <summary>The first that fits is it.</summary>
    public static ImmutableArray<Fault> All { get; } =
    [
        new(FindingKinds.SourceLogTruncated, Fatal, ["truncated in the middle of event"], scene => [.. LookAtSourceLogs(scene), SourceDisk(scene), .. GoToNextLog(scene), .. DataRemedies.Rebuild(scene)],
            [DeadEnds.ResetSource, DeadEnds.RestartAgain]),
        new(FindingKinds.LogPurged, Fatal, ["Could not find first log file name", "purged", "Could not find GTID state", "not find the GTID"],
            scene => [.. LookAtSourceLogs(scene), .. DataRemedies.Rebuild(scene)], [DeadEnds.RestartAgain, DeadEnds.ResetSource, DeadEnds.Reconnect]),
        new(FindingKinds.PacketTooLarge, Fatal, ["max_allowed_packet"], RaisePacket, [DeadEnds.RestartAgain, DeadEnds.Skip]),
        new(FindingKinds.PositionImpossible, Fatal, ["position > file size", "impossible position"], scene => [.. LookAtSourceLogs(scene), .. GoToNextLog(scene), .. DataRemedies.Rebuild(scene)],
            [DeadEnds.ResetSource, DeadEnds.RestartAgain]),
        new(FindingKinds.ErrantGtid, Fatal, ["has more GTIDs than", "which is not in the"], ErrantGtid, [DeadEnds.ResetSource, DeadEnds.MakeWritable, DeadEnds.Reconnect]),
        new(FindingKinds.SameReplicaTwice, [1236, 13114, 1593, 13117], ["with the same server_uuid", "with the same server_id", "with the same server uuid"],
            scene => scene.Server.IsMariaDb || !scene.Server.IsAtLeast(5, 6) ? SameServerId(scene) : SameServerUuid(scene), [DeadEnds.RestartAgain]),
        new(FindingKinds.SourceLogDamaged, Fatal, ["bogus data", "checksum", "I/O error reading", "invalid event", "unknown error reading", "corrupt"],
            scene => [.. LookAtSourceLogs(scene), SourceDisk(scene), .. DataRemedies.Rebuild(scene)], [DeadEnds.ResetSource, DeadEnds.RestartAgain], Confidence.Likely),
        new(FindingKinds.PacketTooLarge, [1153, 13125], [], RaisePacket, [DeadEnds.RestartAgain]),
        new(FindingKinds.PacketTooLarge, [], ["longer than slave_max_allowed_packet", "longer than replica_max_allowed_packet", "bigger than 'slave_max_allowed_packet'"], RaisePacket, [DeadEnds.RestartAgain]),

        new(FindingKinds.SameServerId, OwnFatal, ["equal MySQL server ids", "equal MariaDB server ids", "equal server ids"], SameServerId, [DeadEnds.RestartAgain]),
        new(FindingKinds.SameServerUuid, OwnFatal, ["server UUIDs"], SameServerUuid, [DeadEnds.RestartAgain]),
        new(FindingKinds.SqlGtidMode, OwnFatal, ["GTID_MODE"], SqlThreadFaults.GtidModes, [DeadEnds.ResetReplica]),
        new(FindingKinds.DiskFull, [], ["errno: 28", "No space left on device", "is full"], SqlThreadFaults.Disk, [DeadEnds.DeleteRelayLogs]),
        new(FindingKinds.DiskFull, [1595, 13122, 1021], [], SqlThreadFaults.Disk, [DeadEnds.DeleteRelayLogs], Confidence.Likely),

        new(FindingKinds.AuthenticationPlugin, [1251, 2054, 2058, 2059, 2061], [], scene => [.. LookAtConnection(scene), .. Plugin(scene)], [DeadEnds.Reconnect]),
        // MySQL 8 tells a refused plugin under the number of whatever failed.
        new(FindingKinds.AuthenticationPlugin, [], ["Authentication plugin", "secure connection"], scene => [.. LookAtConnection(scene), .. Plugin(scene)], [DeadEnds.Reconnect]),
        new(FindingKinds.AccessDenied, [1044, 1045, 1130, 1142, 1698, 3118], [], scene => [.. LookAtConnection(scene), .. Credentials(scene)], [DeadEnds.Reconnect]),
        new(FindingKinds.SourceGrant, [1227, 1597, 13120], ["Access denied", "privilege", "REPLICATION SLAVE"], Grant, [DeadEnds.Reconnect]),
        new(FindingKinds.Tls, [2026, 3159], [], scene => [.. LookAtConnection(scene), .. Encrypt(scene)], [DeadEnds.Reconnect]),
        new(FindingKinds.SourceFull, [1040, 1129, 1203, 1226], [], scene => [.. LookAtConnection(scene), .. UnblockHosts(scene)], [DeadEnds.Reconnect]),
        new(FindingKinds.SourceUnreachable, [2002, 2003, 2005, 2006, 2013, 1158, 1159, 1160, 1161, 1189, 1218], [], scene => [.. LookAtConnection(scene), .. Address(scene)], [DeadEnds.Reconnect, DeadEnds.ResetReplica]),
        new(FindingKinds.RelayLogDamaged, [1201, 1871, 1872, 13123, 13124], [], Refetch, [DeadEnds.DeleteRelayLogs]),
        new(FindingKinds.IoOther, [], [], scene => [.. LookAtSourceLogs(scene), .. LookAtConnection(scene), .. StartIo(scene)], [DeadEnds.ResetReplica], Confidence.Possible),
    ];

    private static RemedyStep SourceDisk(Scene scene) => StepKinds.Disk.With(Shell.On(scene.SourceHost, "df -h"));
}
