using System.Collections.Immutable;
using static ProxyGuard.Core.Diagnosis.DataRemedies;
using static ProxyGuard.Core.Diagnosis.ErrorText;
using static ProxyGuard.Core.Diagnosis.LogRemedies;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Why an SQL thread stops. Numbers: https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html,
/// https://mariadb.com/kb/en/mariadb-error-code-reference/.
/// </summary>
internal static class SqlThreadErrors
{
    // What changes the schema or accounts stands alone in its transaction. What changes rows is never left out.
    private static readonly string[] Definitions = ["CREATE", "ALTER", "DROP", "RENAME", "GRANT", "REVOKE"];

    /// <summary>How every language tells of a full disk or a used-up quota: by the operating system's number, or its words.</summary>
    internal static ImmutableArray<string> DiskIsFull { get; } =
    [
        "errno: 28", "errno 28", "error 28", "Errcode: 28", "Fehler 28", "erreur 28", "No space left on device", "Disk full",
        "errno: 122", "Errcode: 122", "Disk quota exceeded",
    ];

    /// <summary>
    /// Told by whichever thread. An event that is larger than the network lets through in time, or damaged on its way, has the same number
    /// as a full disk.
    /// </summary>
    internal static ErrorRule NotQueued { get; } =
        new(
            FindingKinds.DiskFull, [1595, 13122], [], scene => [.. Look(scene), .. StartIo(scene), .. Disk(scene)],
            [DeadEnds.DeleteRelayLogs])
        { Confidence = Confidence.Possible };

    /// <summary>The first that fits is it.</summary>
    public static ImmutableArray<ErrorRule> All { get; } =
    [
        // A full disk has many numbers and one text of the operating system's, with its own number for it in any language.
        new(FindingKinds.DiskFull, [], DiskIsFull, Disk, [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain]),
        new(
            FindingKinds.DiskFull, [], ["Incorrect key file for table '/tmp", "Incorrect key file for table '/var/tmp"], Disk,
            [DeadEnds.DeleteRelayLogs]) { Confidence = Confidence.Likely },
        new(
            FindingKinds.ForeignArchitecture, [], ["WSREP", "wsrep", "group_replication", "member of the group"], Look,
            []) { Confidence = Confidence.Likely },

        // Whatever number it has, or none: the source logged a statement that failed there too, or failed halfway.
        new(
            FindingKinds.ErrorsDiffer, [], ["Query caused different errors on", "partially completed on the"],
            scene => [.. Look(scene), .. RebuildRemedies.Rebuild(scene)], [DeadEnds.Skip, DeadEnds.RestartAgain]),

        new(
            FindingKinds.ErrorsDiffer, [3001, 3002], [], scene => [.. Look(scene), .. RebuildRemedies.Rebuild(scene)],
            [DeadEnds.Skip, DeadEnds.RestartAgain]),

        new(
            FindingKinds.RelayLogLost, [1201, 1871, 1872, 13123, 13124], [], FetchFromNotedPlace,
            [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain]),
        new(FindingKinds.RelayLogLost, [],
            [
                "initialize relay log info", "initialize master info", "initialize applier metadata", "Failed to open the relay log",
                "Could not find target log",
            ],
            FetchFromNotedPlace, [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain]) { Confidence = Confidence.Likely },
        new(FindingKinds.RelayLogDamaged, [],
            [
                "Relay log read failure", "Could not parse relay log event", "Error reading relay log event", "reading event at position",
                "checksum failed",
            ],
            Refetch, [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain, DeadEnds.Skip]) { Confidence = Confidence.Likely },
        // It may as well be the source's log, or an event that this version does not know: the text names them all.
        new(
            FindingKinds.RelayLogDamaged, [1594, 13121], [], Refetch,
            [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain, DeadEnds.Skip]) { Confidence = Confidence.Likely },
        // A table in memory is full of itself, and a volume of logs without the rest of the disk.
        new(
            FindingKinds.DiskFull, [1021, 1114, 13132, 13133], [], Disk,
            [DeadEnds.DeleteRelayLogs, DeadEnds.RestartAgain]) { Confidence = Confidence.Likely },
        NotQueued,

        // A statement knows no idempotent pass; an event that changes a row would be dropped by one.
        new(
            FindingKinds.DuplicateKeyOfStatement, [1062], ["on query."], scene => [.. LookAtRow(scene), .. DeleteRow(scene)],
            [DeadEnds.Skip, DeadEnds.RestartAgain, DeadEnds.MakeWritable]),
        new(
            FindingKinds.DuplicateKeyOfUpdate, [1062, 1022], [], DeleteStrayRow,
            [DeadEnds.Skip, DeadEnds.IdempotentUpdate, DeadEnds.MakeWritable]) { When = facts => IsEvent(facts, "Update_rows") },
        new(
            FindingKinds.DuplicateKey, [1062, 1022], [], ReplaceRow,
            [DeadEnds.Skip, DeadEnds.StayIdempotent, DeadEnds.MakeWritable]) { When = facts => IsEvent(facts, "Write_rows") },
        new(
            FindingKinds.DuplicateKey, [1062, 1022], [], DeleteStrayRow,
            [DeadEnds.Skip, DeadEnds.IdempotentUpdate, DeadEnds.MakeWritable]) { Confidence = Confidence.Likely },
        new(
            FindingKinds.RowNotFound, [1032], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)],
            [DeadEnds.Skip, DeadEnds.StayIdempotent, DeadEnds.RestartAgain]),
        new(
            FindingKinds.ParentMissing, [1452, 1216], [], scene => [.. LookAtTable(Parent(scene)), .. CopyTable(Parent(scene))],
            [DeadEnds.Skip, DeadEnds.MakeWritable]),
        new(
            FindingKinds.ForeignKey, [1451, 1217], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)],
            [DeadEnds.Skip, DeadEnds.MakeWritable]),
        // Into a database that is not there nothing is copied; a filter may have left it out on purpose.
        new(
            FindingKinds.TableMissing, [1049], [], scene => [.. Look(scene), .. RebuildRemedies.Rebuild(scene)],
            [DeadEnds.Skip, DeadEnds.MakeWritable]) { Confidence = Confidence.Likely },
        new(
            FindingKinds.TableMissing, [1146], [], scene => [.. LookAtMissingTable(scene), .. CopyTable(scene)],
            [DeadEnds.Skip, DeadEnds.MakeWritable]),
        new(
            FindingKinds.SchemaDiffers, [1054, 1072, 1136, 1535, 1110, 1364], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)],
            [DeadEnds.Skip, DeadEnds.MakeWritable]),
        // On purpose where the replica is altered first (slave_type_conversions), or a type that the other flavour does not have.
        new(
            FindingKinds.SchemaDiffers, [1677, 13146], [], scene => [.. LookAtTable(scene), .. CopyTable(scene)],
            [DeadEnds.Skip, DeadEnds.MakeWritable]) { Confidence = Confidence.Likely },
        new(
            FindingKinds.ValueRefused, [1048, 1067, 1264, 1265, 1292, 1366, 1406, 1411, 1690, 3819, 4025], [],
            scene => [.. LookAtTable(scene), .. CopyTable(scene)], [DeadEnds.Skip]) { Confidence = Confidence.Likely },
        new(
            FindingKinds.TableDamaged, [126, 127, 130, 132, 134, 144, 145, 1034, 1035, 1194, 1195], [], RepairTable,
            [DeadEnds.Skip, DeadEnds.RestartAgain]) { Confidence = Confidence.Likely },

        new(
            FindingKinds.AccountMissing, [1396, 1133, 1410, 1449], [], CreateAccount,
            [DeadEnds.Skip]) { When = facts => facts.ContainsKey("account") && !MakesOrDropsAccount(facts) },
        // Without the statement it is unknown whether it is missing or there already.
        new(
            FindingKinds.AccountMissing, [1396, 1133, 1410, 1449], [], CreateAccount,
            [DeadEnds.Skip]) { Confidence = Confidence.Possible, When = facts => !MakesOrDropsAccount(facts) },
        new(
            FindingKinds.RoutineMissing, [1305], [], CopyRoutines,
            [DeadEnds.Skip, DeadEnds.MakeWritable]) { When = facts => !IsDefinition(facts) && !IsSavepoint(facts) },
        new(FindingKinds.AlreadySo, [1007, 1008, 1050, 1051, 1060, 1061, 1091, 1141, 1304, 1305, 1359, 1360, 1396, 1537, 1539], [],
            scene => [.. LookAtWhatIsThere(scene), .. SkipStatement(scene)],
                [DeadEnds.RestartAgain, DeadEnds.MakeWritable]) { When = facts => IsDefinition(facts) || !facts.ContainsKey("query")
                    && !IsSavepoint(facts) },

        new(FindingKinds.LockTimeout, [1205, 3101, 3572], [], scene => [.. EndBlocker(scene), .. StartSql(scene)], [DeadEnds.Skip]),
        // Its parallel workers may have locked each other out, as often as they may try.
        new(
            FindingKinds.LockTimeout, [1213], [], scene => [.. EndBlocker(scene), .. StartSql(scene)],
            [DeadEnds.Skip]) { Confidence = Confidence.Likely },
        new(FindingKinds.Interrupted, [1053, 1317, 1969, 3024], [], scene => [.. Look(scene), .. StartSql(scene)], [DeadEnds.Skip]),
        // MariaDB ends its own workers where they lock each other out.
        new(
            FindingKinds.Interrupted, [1927], [], scene => [.. Look(scene), .. StartSql(scene)],
            [DeadEnds.Skip]) { Confidence = Confidence.Likely },
        new(FindingKinds.LimitTooSmall, [1197, 1705, 1864], [], RaiseLimit, [DeadEnds.RestartAgain, DeadEnds.Skip]),
        new(FindingKinds.ApplierGrant, [1142, 1143, 1227, 1370], [], ConnectionRemedies.GrantApplier, [DeadEnds.Skip]),
        new(
            FindingKinds.BinlogFormatRefused, [1661, 1662, 1663, 1664, 1665, 1666], [], AllowRowFormat,
            [DeadEnds.Skip]) { Confidence = Confidence.Likely },
        new(FindingKinds.SqlGtidMode, [1781, 1785, 1786, 1787, 13148, 13149, 13150], [], GtidModes, [DeadEnds.Skip, DeadEnds.ResetReplica]),
        // A position behind a transaction's GTID looks the same, and a transaction that one of the two splits.
        new(
            FindingKinds.SqlGtidMode, [1782, 1837], [], GtidModes,
            [DeadEnds.Skip, DeadEnds.ResetReplica]) { Confidence = Confidence.Likely },
        new(FindingKinds.GtidOutOfOrder, [1950], [], ErrantGtid, [DeadEnds.Skip, DeadEnds.MakeWritable]),
        // What a newer source says and an older replica does not understand.
        new(
            FindingKinds.SourceTooNew, [22, 1064, 1071, 1115, 1118, 1193, 1231, 1273, 1286, 1295, 1298, 1524], [], RebuildRemedies.Rebuild,
            [DeadEnds.Skip, DeadEnds.RestartAgain]) { Confidence = Confidence.Possible },
        new(
            FindingKinds.WorkersStopped, [1756, 1802, 3030], [], scene => [.. Look(scene), .. Start(scene)],
            [DeadEnds.Skip]) { Confidence = Confidence.Likely },
        new(
            FindingKinds.SqlOther, [], [], scene => [.. LookForBlockers(scene), .. RebuildRemedies.Rebuild(scene)],
            [DeadEnds.Skip]) { Confidence = Confidence.Possible },
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

    /// <summary>CREATE TABLE ... SELECT changes rows as well.</summary>
    private static bool IsDefinition(ImmutableDictionary<string, string> facts) =>
        IsStatement(facts, Definitions)
            && !(IsStatement(facts, "CREATE")
                && facts["query"].Contains(" SELECT ", StringComparison.OrdinalIgnoreCase)
                && facts["query"].Contains("TABLE", StringComparison.OrdinalIgnoreCase));

    private static bool MakesOrDropsAccount(ImmutableDictionary<string, string> facts) =>
        IsStatement(facts, "CREATE", "DROP") || facts.GetValueOrDefault("operation") is { } operation
            && operation.Split(' ')[0] is "CREATE" or "DROP";

    // ROLLBACK TO has the same number as a function that is missing.
    private static bool IsSavepoint(ImmutableDictionary<string, string> facts) => IsStatement(facts, "ROLLBACK", "RELEASE", "SAVEPOINT");

    /// <summary>The table that the foreign key references is the one that lacks a row.</summary>
    private static Scene Parent(Scene scene) =>
        scene.Facts.TryGetValue("referenced", out string? parent) ? scene.With(("table", parent), ("child", scene.Fact("table"))) : scene;
}
