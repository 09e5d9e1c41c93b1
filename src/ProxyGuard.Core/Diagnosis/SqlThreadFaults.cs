using System.Collections.Immutable;
using static ProxyGuard.Core.Diagnosis.DataRemedies;
using static ProxyGuard.Core.Diagnosis.LogRemedies;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Why an SQL thread stops. Numbers: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html, https://mariadb.com/kb/en/mariadb-error-code-reference/.
/// </summary>
internal static class SqlThreadFaults
{
    /// <summary>The first that fits is it.</summary>
    public static ImmutableArray<Fault> All { get; } =
    [
        // A full disk has many numbers and one text of the operating system's.
        new(FindingKinds.DiskFull, [], ["errno: 28", "No space left on device", "is full"], Disk, [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain]),
        new(FindingKinds.RelayLogDamaged, [], ["Relay log read failure", "Could not parse relay log event", "Error reading relay log event", "initialize relay log", "applier metadata structure"],
            Refetch, [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain, DeadEnds.Skip]),
        new(FindingKinds.RelayLogDamaged, [1594, 13121, 1201, 1872, 13124], [], Refetch, [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain, DeadEnds.Skip]),
        new(FindingKinds.DiskFull, [1021, 1114, 1595, 13122, 13132, 13133], [], Disk, [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain]),

        // Row format replays over what is there; a statement cannot.
        new(FindingKinds.DuplicateKeyOfStatement, [1062], ["on query."], scene => [.. LookAtRow(scene), .. DeleteRow(scene)], [DeadEnds.Skip, DeadEnds.RestartAgain, DeadEnds.MakeWritable]),
        new(FindingKinds.DuplicateKey, [1062, 1022], [], scene => [.. LookAtRow(scene), .. Backup(scene), .. IdempotentPass(scene)], [DeadEnds.Skip, DeadEnds.StayIdempotent, DeadEnds.MakeWritable]),
        new(FindingKinds.RowNotFound, [1032], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)], [DeadEnds.Skip, DeadEnds.StayIdempotent, DeadEnds.RestartAgain]),
        new(FindingKinds.ForeignKey, [1451, 1452, 1216, 1217], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)], [DeadEnds.Skip, DeadEnds.MakeWritable]),
        new(FindingKinds.TableMissing, [1146, 1049], [], scene => [.. LookAtMissingTable(scene), .. CopyTable(scene)], [DeadEnds.Skip, DeadEnds.MakeWritable]),
        new(FindingKinds.SchemaDiffers, [1054, 1072, 1136, 1535, 1677, 13146, 1110, 1364], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)], [DeadEnds.Skip, DeadEnds.MakeWritable]),
        new(FindingKinds.ValueRefused, [1048, 1264, 1265, 1292, 1366, 1406, 1690, 3819, 4025], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)], [DeadEnds.Skip], Confidence.Likely),
        new(FindingKinds.AlreadySo, [1007, 1008, 1050, 1051, 1060, 1061, 1091, 1304, 1305, 1359, 1360, 1396, 1537, 1539], [],
            scene => [.. LookAtTable(scene), .. SkipStatement(scene)], [DeadEnds.RestartAgain, DeadEnds.MakeWritable]),

        new(FindingKinds.LockTimeout, [1205, 1213, 3101, 3572], [], scene => [.. EndBlocker(scene), .. StartSql(scene)], [DeadEnds.Skip]),
        new(FindingKinds.SqlGtidMode, [1781, 1782, 1837, 13148, 13149, 13150], [], GtidModes, [DeadEnds.Skip, DeadEnds.ResetReplica]),
        new(FindingKinds.GtidOutOfOrder, [1950], [], ErrantGtid, [DeadEnds.Skip, DeadEnds.MakeWritable]),
        // What a newer source says and an older replica does not understand.
        new(FindingKinds.SourceTooNew, [22, 1064, 1115, 1193, 1231, 1273, 1593], [], Rebuild, [DeadEnds.Skip, DeadEnds.RestartAgain], Confidence.Possible),
        new(FindingKinds.WorkersStopped, [1756, 1802, 3030], [], scene => [.. Look(scene), .. Start(scene)], [DeadEnds.Skip]),
        new(FindingKinds.SqlOther, [], [], scene => [.. LookForBlockers(scene), .. Rebuild(scene)], [DeadEnds.Skip], Confidence.Possible),
    ];

    internal static ImmutableArray<RemedyStep> Disk(Scene scene) =>
        [.. Look(scene), StepKinds.Disk.With(Shell.On(scene.Host, "df -h")), .. Start(scene)];

    internal static ImmutableArray<RemedyStep> GtidModes(Scene scene)
    {
        string modes = scene.Server.IsMariaDb
            ? "SELECT @@GLOBAL.gtid_strict_mode, @@GLOBAL.gtid_domain_id"
            : "SELECT @@GLOBAL.gtid_mode, @@GLOBAL.enforce_gtid_consistency";
        return [.. Look(scene), StepKinds.Variables.With(modes), StepKinds.GtidsOnSource.With(modes)];
    }
}
