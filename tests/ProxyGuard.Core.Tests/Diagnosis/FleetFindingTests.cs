using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Tests.Replication;
using Reading = System.Func<ProxyGuard.Core.Replication.MonotonicInstant, ProxyGuard.Core.Replication.NodeReading>;

namespace ProxyGuard.Core.Tests.Diagnosis;

public sealed class FleetFindingTests
{
    private static readonly NodeRules[] Pair = [Ticks.PrimaryNode, Ticks.Node("db2")];

    [Fact]
    public void A_healthy_fleet_has_no_findings() =>
        Assert.Empty(
            Of(new Ticks([.. Pair, Ticks.Node("db3")]).Tick(5, Ticks.Primary(100), Ticks.Replica(100), Ticks.Replica(100, server: 3))));

    [Fact]
    public void An_unprobed_fleet_has_no_findings() => Assert.Empty(Of(new Ticks(Pair)));

    [Fact]
    public void A_reset_replica_is_listed_before_other_errors()
    {
        Ticks fleet = new Ticks([.. Pair, Ticks.Node("db3")])
            .Tick(3, Ticks.Primary(100), With(Ticks.Replica(100), channels: []), Broken(1062));

        Assert.Equal(["replica-reset", "sql-other"], Codes(fleet)[..2]);
        Assert.Equal(1, Of(fleet)[0].Node);
    }

    [Fact]
    public void A_channel_without_a_position_is_reported_as_reset_not_as_stopped()
    {
        Reading reset = Status(Ticks.Replica(100, ReplicationThread.No, ReplicationThread.No), status => status with { Executed = null });

        Finding finding = Assert.Single(Of(new Ticks(Pair).Tick(3, Ticks.Primary(100), reset)));
        Assert.Equal("replica-reset", finding.Code);
        Assert.Contains("CHANGE MASTER TO MASTER_HOST = 'db1', MASTER_PORT = 3306, MASTER_USER = 'REPLICATION_USER', MASTER_PASSWORD = 'PASSWORD', MASTER_LOG_FILE = 'EXECUTED_FILE', MASTER_LOG_POS = EXECUTED_POSITION",
            finding.Steps.SelectMany(step => step.Commands));
    }

    [Fact]
    public void A_duplicate_key_finding_has_its_node_start_time_table_and_position()
    {
        const string Text =
            "Could not execute Write_rows_v1 event on table photos.t; Duplicate entry '17' for key 'PRIMARY', Error_code: 1062; the event's master log bin.000001, end_log_pos 60";
        Ticks fleet = new Ticks(Pair).Tick(3, Ticks.Primary(50), Ticks.Replica(50)).Tick(3, Ticks.Primary(100), Broken(1062, Text));
        Finding finding = Of(fleet)[0];

        Assert.Equal(("sql-duplicate-key", Severity.Error, 1, ""), (finding.Code, finding.Severity, finding.Node, finding.Channel));
        Assert.Equal(fleet["db2"].Since, finding.Since);
        string[] names = ["node", "source", "table", "entry", "executedFile", "executedPosition"];
        Assert.Equal(["db2", "db1", "photos.t", "17", "bin.000001", "50"], names.Select(name => finding.Values[name]));
    }

    [Fact]
    public void An_old_error_of_a_running_thread_is_ignored()
    {
        Reading running = Status(Ticks.Replica(100), status => status with { SqlError = new(1062, "old"), IoError = new(2003, "old") });

        Assert.Empty(Of(new Ticks(Pair).Tick(3, Ticks.Primary(100), running)));
    }

    [Theory]
    [InlineData(ReplicationThread.No, ReplicationThread.No, "threads-stopped", "START SLAVE")]
    [InlineData(ReplicationThread.Yes, ReplicationThread.No, "sql-stopped", "START SLAVE SQL_THREAD")]
    [InlineData(ReplicationThread.No, ReplicationThread.Yes, "io-stopped", "START SLAVE IO_THREAD")]
    [InlineData(ReplicationThread.Connecting, ReplicationThread.Yes, "io-connecting", null)]
    public void A_stopped_thread_is_reported_with_the_command_that_starts_it(
        ReplicationThread io, ReplicationThread sql, string code, string? command)
    {
        Finding finding = Assert.Single(Of(new Ticks(Pair).Tick(3, Ticks.Primary(100), Ticks.Replica(100, io, sql, null))));

        Assert.Equal(code, finding.Code);
        if (command is not null)
            Assert.Contains(command, finding.Steps.SelectMany(step => step.Commands));
    }

    [Fact]
    public void Faults_of_the_primary_are_reported()
    {
        Assert.Equal(
            ["primary-unreachable"],
            Codes(new Ticks(Pair).Tick(3, Ticks.Primary(100), Ticks.Replica(100)).Tick(3, Ticks.Silent(), Ticks.Replica(100))));
        Assert.Equal(["primary-read-only"], Codes(new Ticks(Pair).Tick(3, Ticks.Primary(100, readOnly: true), Ticks.Replica(100))));
        Assert.Contains(
            "primary-without-binlog",
            Codes(new Ticks(Pair).Tick(3, At(Ticks.Primary(100), answer => answer with { Head = null }), Ticks.Replica(100))));
    }

    [Fact]
    public void An_unreachable_primary_is_checked_read_only_with_the_client_program_of_its_replicas()
    {
        Ticks fleet = new Ticks(Pair).Tick(3, Ticks.Silent(), Ticks.Replica(100));
        RemedyStep look = Of(fleet).Single(finding => finding.Code == "primary-unreachable").Steps.Single();

        Assert.Equal((Danger.None, "mariadb --host=db1 --port=3306 --execute='SELECT 1'"), (look.Danger, look.Commands[^1]));
    }

    [Fact]
    public void A_source_at_an_unlisted_address_is_not_unknown_until_every_node_is_identified()
    {
        Reading elsewhere = Status(Ticks.Replica(100, source: 1), status => status with { SourceHost = "10.0.0.1" });

        Assert.DoesNotContain("unknown-source", Codes(new Ticks(Pair).Tick(3, Ticks.Silent(), elsewhere)));
        Assert.Contains("unknown-source", Codes(new Ticks(Pair).Tick(3, Ticks.Primary(100, server: 7), elsewhere)));
    }

    [Theory]
    [InlineData(600, true)]
    [InlineData(11 * 3600, true)]
    [InlineData(12 * 3600, false)]
    [InlineData(null, false)]
    public void A_replica_that_stops_retrying_within_twelve_hours_is_reported(int? seconds, bool told)
    {
        Finding? finding = Of(
            new Ticks(Pair).Tick(
                3, Ticks.Primary(100),
                    Status(Ticks.Replica(100),
                        status => status with { GivesUpAfter = seconds is { } known ? TimeSpan.FromSeconds(known) : null })))
            .SingleOrDefault(finding => finding.Code == "gives-up-early");

        Assert.Equal(told ? $"{seconds / 60}" : null, finding?.Values["minutes"]);
    }

    [Theory]
    [InlineData(ProbeFailure.TimedOut, "node-unreachable")]
    [InlineData(ProbeFailure.AuthenticationFailed, "guard-access-refused")]
    [InlineData(ProbeFailure.PermissionDenied, "guard-grants-missing")]
    [InlineData(ProbeFailure.StatementHangs, "status-statement-hangs")]
    [InlineData(ProbeFailure.HostBlocked, "guard-host-blocked")]
    public void A_probe_failure_is_reported_with_its_cause(ProbeFailure failure, string code) =>
        Assert.Equal(
            [code],
            Codes(new Ticks(Pair).Tick(3, Ticks.Primary(100), Ticks.Replica(100)).Tick(3, Ticks.Primary(100), Ticks.Silent(failure))));

    [Theory]
    [InlineData("8.4.0", "TRUNCATE TABLE performance_schema.host_cache")]
    [InlineData("5.6.24", "FLUSH HOSTS")]
    public void Commands_for_a_node_of_unknown_version_follow_the_other_nodes_version(string version, string command)
    {
        Reading primary = At(Ticks.Primary(100), answer => answer with { Version = ServerVersion.Parse(version) });

        Finding finding = Of(new Ticks(Pair).Tick(3, primary, Ticks.Silent(ProbeFailure.HostBlocked)))
            .Single(finding => finding.Code == "guard-host-blocked");

        Assert.Equal([command], finding.Steps[0].Commands);
    }

    [Fact]
    public void Commands_for_a_fleet_of_unknown_version_cover_every_version()
    {
        Finding finding = Of(new Ticks(Pair).Tick(3, Ticks.Silent(ProbeFailure.TimedOut), Ticks.Silent(ProbeFailure.HostBlocked)))
            .Single(finding => finding.Code == "guard-host-blocked");

        Assert.Equal(["TRUNCATE TABLE performance_schema.host_cache", "FLUSH HOSTS"], finding.Steps[0].Commands);
    }

    [Theory]
    [InlineData(1129, "Host '10.0.0.7' is blocked because of many connection errors", "FLUSH HOSTS", 30, true)]
    [InlineData(1040, "Too many connections", "SHOW GLOBAL VARIABLES LIKE 'max_connections'", 30, true)]
    [InlineData(1040, "Too many connections", "", 90, false)]
    public void A_read_port_refusal_by_a_live_node_is_reported_while_it_is_recent(
        int number, string text, string command, int secondsAgo, bool told)
    {
        Ticks fleet = new Ticks(Pair).Tick(200, Ticks.Primary(100), Ticks.Replica(100));
        byte[] packet = [0, 0, 0, 0, 0xFF, (byte)number, (byte)(number >> 8), .. System.Text.Encoding.ASCII.GetBytes(text)];
        NodeRefusal first = NodeRefusal.Of(packet, before: null, MonotonicInstant.At(1))!;
        NodeRefusal last = NodeRefusal.Of(packet, first, fleet.Now - TimeSpan.FromSeconds(secondsAgo))!;

        Finding[] findings =
        [
            .. Findings.Of(fleet.Fleet, [], rules: null, fleet.Now, refusals: [null, last])
            .Where(finding => finding.Code == "read-port-refused"),
        ];

        Assert.Equal(told ? [(1, $"{number} {text}", MonotonicInstant.At(1), command)] : Array.Empty<(int, string, MonotonicInstant,
            string)>(),
            findings.Select(finding => (finding.Node!.Value, finding.Values["text"], finding.Since!.Value, finding.Steps[0].Commands[0])));
        Assert.DoesNotContain(
            Findings.Of(fleet.Tick(3, Ticks.Primary(100), Ticks.Silent()).Fleet, [], rules: null, fleet.Now, refusals: [null, last]),
            finding => finding.Code == "read-port-refused");
    }

    [Fact]
    public void Two_writable_nodes_are_reported_as_two_primaries()
    {
        Ticks fleet = new Ticks([.. Pair, Ticks.Node("db3")])
            .Tick(5, Ticks.Primary(100), At(Ticks.Primary(100, server: 2), answer => answer), Ticks.Replica(100, server: 3, source: 2));

        Assert.Equal("db1, db2", Of(fleet)[0].Values["nodes"]);
        Assert.Equal("two-primaries", Codes(fleet)[0]);
        Assert.DoesNotContain("replica-reset", Codes(fleet));
    }

    [Fact]
    public void Replication_from_a_wrong_source_is_reported()
    {
        Assert.Contains("unknown-source", Codes(new Ticks(Pair).Tick(3, Ticks.Primary(100), Ticks.Replica(100, source: 9))));
        Assert.Contains(
            "replication-ring",
            Codes(new Ticks([.. Pair, Ticks.Node("db3")])
                .Tick(3, Ticks.Primary(100), Ticks.Replica(100, source: 3), Ticks.Replica(100, server: 3, source: 2))));
        Reading reset = At(Ticks.Replica(100), answer => answer with { Channels = [] });
        Assert.Contains(
            "wrong-source",
            Codes(new Ticks([.. Pair, Ticks.Node("db3")]).Tick(3, Ticks.Primary(100), reset, Ticks.Replica(100, server: 3, source: 2))));
        Assert.Contains(
            "primary-follows",
            Codes(new Ticks(Pair).Tick(3, With(Ticks.Primary(100), Channels(Ticks.Replica(100, source: 2))), Ticks.Replica(100))));
    }

    [Fact]
    public void A_replica_ahead_of_its_source_is_reported() =>
        Assert.Contains(
            "ahead-of-source",
            Codes(new Ticks(Pair).Tick(3, Ticks.Primary(100), Ticks.Replica(100)).Tick(3, Ticks.Primary(10), Ticks.Replica(100))));

    [Fact]
    public void Latent_replication_risks_are_reported()
    {
        Assert.Equal(
            ["replica-writable"],
            Codes(new Ticks(Pair).Tick(5, Ticks.Primary(100), At(Ticks.Replica(100), answer => answer with { ReadOnly = false }))));
        Assert.Equal(
            ["older-than-source"],
            Codes(new Ticks(Pair)
                .Tick(5, At(Ticks.Primary(100), answer => answer with { Version = Scenes.MariaDb("11.4.1") }), Ticks.Replica(100))));
        Assert.Equal(
            ["flavours-differ"],
            Codes(new Ticks(Pair)
                .Tick(5, At(Ticks.Primary(100), answer => answer with { Version = Scenes.MySql("5.7.44") }), Ticks.Replica(100))));
        Assert.Equal(
            ["replication-filters"],
            Codes(new Ticks(Pair)
                .Tick(5, Ticks.Primary(100),
                    Status(Ticks.Replica(100), status => status with { Filters = ["Replicate_Ignore_DB=mysql"] }))));
        Assert.Equal(
            ["gtid-use-differs"],
            Codes(new Ticks([.. Pair, Ticks.Node("db3")])
                .Tick(5, Ticks.Primary(100), Ticks.Replica(100),
                    Status(Ticks.Replica(100, server: 3), status => status with { UsesGtid = true }))));
    }

    [Fact]
    public void A_delayed_replica_is_only_a_notice()
    {
        Finding finding = Assert.Single(
            Of(new Ticks(Pair).Tick(
                3, Ticks.Primary(100), Status(Ticks.Replica(100), status => status with { Delay = TimeSpan.FromHours(1) }))));

        Assert.Equal(("replica-delayed", Severity.Notice, "60"), (finding.Code, finding.Severity, finding.Values["minutes"]));
    }

    [Fact]
    public void Findings_have_a_stable_order_by_severity()
    {
        Ticks fleet = new Ticks([.. Pair, Ticks.Node("db3")])
            .Tick(3, Ticks.Primary(100), Broken(1032), At(Ticks.Replica(100, server: 3), answer => answer with { ReadOnly = false }));

        Assert.Equal(Codes(fleet), Codes(fleet));
        Assert.True(
            Of(fleet).Select(finding => finding.Severity).SequenceEqual(Of(fleet).Select(finding => finding.Severity).OrderDescending()));
    }

    [Fact]
    public void A_stopped_IO_thread_is_unexplained_where_the_server_reports_no_IO_errors()
    {
        Reading silent = Status(Ticks.Replica(100, io: ReplicationThread.No), status => status with { TellsIoError = false });
        Finding finding = Of(new Ticks(Pair).Tick(3, Ticks.Primary(100), silent))[0];

        Assert.Equal("io-unexplained", finding.Code);
        Assert.Contains("look-at-error-log", finding.Steps.Select(step => step.Id));
        Assert.Equal("io-stopped", Codes(new Ticks(Pair).Tick(3, Ticks.Primary(100), Ticks.Replica(100, io: ReplicationThread.No)))[0]);
    }

    [Fact]
    public void An_error_text_counts_as_an_error_whatever_its_number()
    {
        Finding finding = Of(
            new Ticks(Pair).Tick(
                3, Ticks.Primary(100),
                    Broken(0, "Query caused different errors on master and slave. Default database: 'photos'. Query: 'UPDATE t SET n = 1'")))[0];

        Assert.Equal("sql-errors-differ", finding.Code);
        Assert.DoesNotContain("number", finding.Values.Keys);
    }

    [Theory]
    [InlineData(true, false, true)]
    [InlineData(false, false, false)]
    [InlineData(true, true, false)]
    public void An_open_ended_hold_is_reported_once_the_fleet_is_well(bool isWell, bool hasEnd, bool told)
    {
        var since = new DateTimeOffset(2026, 11, 22, 17, 40, 0, TimeSpan.Zero);
        var hold =
            new Hold
            {
                Mode = HoldMode.ReadOnly,
                Reason = "moving house",
                Message = ImmutableSortedDictionary<string, string>.Empty,
                By = "anna",
                Since = since,
                EndsAt = hasEnd ? since.AddHours(1) : null
            };
        Finding[] findings = [.. HoldFindings.Of(hold, isWell)];

        Assert.Equal(told ? ["hold-without-end"] : [], findings.Select(finding => finding.Code));
        Assert.All(
            findings,
            finding => Assert.Equal(
                ("anna", "2026-11-22 17:40 UTC", "moving house", Severity.Warning),
                    (finding.Values["by"], finding.Values["began"], finding.Values["reason"], finding.Severity)));
        Assert.All(findings, finding => Assert.Equal(["dotnet ProxyGuard.dll release"], Assert.Single(finding.Steps).Commands));
    }

    [Theory]
    [InlineData("aurora_version", "3.04.0", "architecture-not-judged", "Amazon Aurora")]
    [InlineData("group_replication_group_name", "aaaa", "architecture-not-judged", "MySQL Group Replication")]
    [InlineData("basedir", "/rdsdbbin/mysql-8.0.36.R1/", "managed-server", "Amazon RDS")]
    [InlineData("version", "8.0.31-google", "managed-server", "Google Cloud SQL")]
    [InlineData("version_comment", "Source distribution - Azure", "managed-server", "Azure Database for MySQL")]
    [InlineData("version", "8.0.11-TiDB-v7.5.0", "architecture-not-judged", "TiDB")]
    [InlineData("wsrep_on", "ON", null, null)]
    [InlineData("basedir", "/usr", null, null)]
    [InlineData("group_replication_group_name", "", null, null)]
    public void Managed_services_and_unsupported_architectures_are_detected_from_variables(
        string variable, string value, string? code, string? name)
    {
        Ticks fleet = new Ticks(Pair).Tick(5, Ticks.Primary(100), Ticks.Replica(100));
        var examination =
            new NodeExamination { At = fleet.Now, Variables = ImmutableDictionary<string, string>.Empty.Add(variable, value) };
        Finding? finding = Of(fleet, null, examination).SingleOrDefault();

        Assert.Equal((code, name), (finding?.Code, finding?.Values["architecture"]));
    }

    [Fact]
    public void An_unsupported_architecture_is_reported_before_the_node_is_examined()
    {
        Ticks fleet = new Ticks(Pair).Tick(
            5, Ticks.Primary(100), Ticks.Replica(100).With(answer => answer with { ForeignArchitecture = "Amazon Aurora", Channels = [] }));

        Finding finding = Of(fleet).Single();

        Assert.Equal(("architecture-not-judged", "Amazon Aurora"), (finding.Code, finding.Values["architecture"]));
    }

    [Theory]
    [InlineData(false, Severity.Error, "accept")]
    [InlineData(true, Severity.Warning, "accepted")]
    public void An_accepted_architecture_is_a_warning_instead_of_an_error(bool isAccepted, Severity severity, string fact)
    {
        NodeRules[] nodes =
            [.. Pair.Select(node => isAccepted && node.Name == "db2" ? node with { Accepts = [EvidenceGap.Architecture] } : node)];
        Ticks fleet = new Ticks(nodes).Tick(
            5, Ticks.Primary(100), Ticks.Replica(100).With(answer => answer with { ForeignArchitecture = "Galera Cluster" }));

        Finding finding = Of(fleet).Single();

        Assert.Equal(("architecture-not-judged", severity, "architecture"), (finding.Code, finding.Severity, finding.Values[fact]));
    }

    [Fact]
    public void Rebuild_steps_are_withheld_for_unsupported_architectures_and_managed_servers()
    {
        Ticks fleet = new Ticks(Pair).Tick(5, Ticks.Primary(100), With(Ticks.Replica(100), channels: []));
        NodeExamination Examined(string variable, string value) =>
            new() { At = fleet.Now, Variables = ImmutableDictionary<string, string>.Empty.Add(variable, value) };

        Assert.Equal(["architecture-not-judged"], Of(fleet, null, Examined("aurora_version", "3.04.0")).Select(finding => finding.Code));
        Assert.NotEqual(NodeHealth.Fresh, fleet["db2"].Health);
        Finding reset = Of(fleet, null, Examined("basedir", "/rdsdbbin/mysql")).Single(finding => finding.Code == "replica-reset");
        Assert.All(reset.Steps, step => Assert.Equal(Danger.None, step.Danger));
    }

    [Fact]
    public void A_Galera_node_is_recognised_by_its_wsrep_provider()
    {
        Ticks fleet = new Ticks(Pair).Tick(5, Ticks.Primary(100), Ticks.Replica(100));
        ImmutableDictionary<string, string> variables = ImmutableDictionary<string, string>.Empty.Add("wsrep_on", "ON");
        string? NameWith(string provider) =>
            Architecture.Of(new NodeExamination { At = fleet.Now, Variables = variables.Add("wsrep_provider", provider) })?.Name;

        Assert.Equal("Galera Cluster", NameWith("/usr/lib/galera/libgalera_smm.so"));
        Assert.Null(NameWith("none"));
    }

    [Fact]
    public void A_finding_names_where_reads_go_instead_only_while_another_replica_is_fresh()
    {
        Ticks fleet = new Ticks([.. Pair, Ticks.Node("db3")]).Tick(5, Ticks.Primary(50), Ticks.Replica(50), Ticks.Replica(50, server: 3))
            .Tick(3, Ticks.Primary(100), Broken(1032), Ticks.Replica(100, server: 3));
        Finding one = Of(fleet)[0];
        fleet.Tick(3, Ticks.Primary(100), Broken(1032), Broken(1032));

        Assert.Equal("db3", one.Values["elsewhere"]);
        Assert.DoesNotContain("late", one.Values.Keys);
        Assert.DoesNotContain("elsewhere", Of(fleet)[0].Values.Keys);
        Assert.Equal("db2, db3", Of(fleet)[0].Values["late"]);
    }

    private static Reading Broken(int number, string text = "Something") =>
        Status(
            Ticks.Replica(50, sql: ReplicationThread.No, secondsBehind: null),
            status => status with { SqlError = new ReplicationError(number == 1062 && text == "Something" ? 4711 : number, text) });

    internal static Reading At(Reading reading, Func<NodeReading.Answered, NodeReading.Answered> change) =>
        moment => change((NodeReading.Answered)reading(moment));

    internal static Reading Status(Reading reading, Func<ReplicationStatus, ReplicationStatus> change) =>
        At(reading, answer => answer with { Channels = [.. answer.Channels.Select(change)] });

    private static Reading With(Reading reading, ImmutableArray<ReplicationStatus> channels) =>
        At(reading, answer => answer with { Channels = channels });

    private static ImmutableArray<ReplicationStatus> Channels(Reading reading) =>
        ((NodeReading.Answered)reading(MonotonicInstant.At(0))).Channels;

    internal static ImmutableArray<Finding> Of(Ticks fleet, params ImmutableArray<NodeExamination?> examinations) =>
        Findings.Of(fleet.Fleet, examinations, null, fleet.Now);

    private static string[] Codes(Ticks fleet) => [.. Of(fleet).Select(finding => finding.Code)];
}
