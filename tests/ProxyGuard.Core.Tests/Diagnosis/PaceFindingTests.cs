using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Tests.Replication;

namespace ProxyGuard.Core.Tests.Diagnosis;

/// <summary>Replicas that are late, or fill a disk, without an error.</summary>
public sealed class PaceFindingTests
{
    [Theory]
    [InlineData("Update_rows_log_event::find_row()", "UPDATE likes SET seen = 1", "rows-without-key")]
    [InlineData("Update_rows_log_event::find_row(1234) on table `photos`.`likes`", null, "rows-without-key")]
    [InlineData("Applying batch of row changes (update)", null, "rows-without-key")]
    [InlineData("Waiting for table metadata lock", null, "applier-locked")]
    [InlineData("Waiting for global read lock", null, "applier-locked")]
    [InlineData("altering table", "ALTER TABLE photos ADD COLUMN x INT", "long-transaction")]
    [InlineData("Slave has read all relay log; waiting for more updates", null, null)]
    public void The_applier_state_explains_a_standstill(string state, string? statement, string? code)
    {
        string[] codes = [.. FleetFindingTests.Of(Standing(), null, Examined(state, statement)).Select(finding => finding.Code)];

        Assert.Equal(code is null ? ["not-catching-up", "behind"] : [code, "behind"], codes);
    }

    [Theory]
    [InlineData("Waiting for backup lock", "applier-locked")]
    [InlineData("Update_rows_log_event::find_row(1234) on table `photos`.`likes`", "rows-without-key")]
    [InlineData("Update_rows_log_event::find_row()", "not-catching-up")]
    [InlineData(null, "not-catching-up")]
    public void The_replica_status_explains_a_standstill_without_access_to_the_process_list(string? state, string code) =>
        Assert.Equal([code, "behind"], FleetFindingTests.Of(Standing(state)).Select(finding => finding.Code));

    [Fact]
    public void The_table_without_a_key_is_named()
    {
        Finding finding = FleetFindingTests.Of(
            Standing(), null, Examined("Update_rows_log_event::find_row()", "UPDATE likes SET seen = 1"))[0];

        Assert.Equal("photos.likes", finding.Values["table"]);
        Assert.Contains("ALTER TABLE `photos`.`likes` ADD PRIMARY KEY (THE_COLUMNS)", finding.Steps.SelectMany(step => step.Commands));
    }

    [Fact]
    public void A_lagging_replica_gets_steps_to_relax_its_throttles_and_restore_them()
    {
        NodeExamination examination = Examined("Slave has read all relay log", null) with
        {
            Variables = ImmutableDictionary.CreateRange(new Dictionary<string, string>
            {
                ["innodb_flush_log_at_trx_commit"] = "1",
                ["sync_binlog"] = "1",
                ["log_bin"] = "ON",
                ["log_slave_updates"] = "ON",
                ["slave_parallel_threads"] = "0",
            }),
        };
        Finding finding = FleetFindingTests.Of(Standing(), null, examination).Single(finding => finding.Code == "behind");

        Assert.Equal("innodb_flush_log_at_trx_commit=1, sync_binlog=1, slave_parallel_threads=0", finding.Values["throttles"]);
        Assert.Equal(Severity.Warning, finding.Severity);
        Assert.Equal(
            [
                "SET GLOBAL innodb_flush_log_at_trx_commit = 2", "SET GLOBAL sync_binlog = 0", "STOP SLAVE",
                "SET GLOBAL slave_parallel_threads = 4", "START SLAVE", "SHOW SLAVE STATUS",
                "SET GLOBAL innodb_flush_log_at_trx_commit = 1", "SET GLOBAL sync_binlog = 1",
            ],
            finding.Steps.Where(step => step.Id is "relax-durability" or "more-appliers" or "wait-until-caught-up" or "durable-again")
                .SelectMany(step => step.Commands));
    }

    [Theory]
    [InlineData("MySQL 5.6.24", "")]
    [InlineData("MySQL 5.7.44",
        "STOP SLAVE SQL_THREAD; SET GLOBAL slave_parallel_type = 'LOGICAL_CLOCK'; SET GLOBAL slave_preserve_commit_order = ON; SET GLOBAL slave_parallel_workers = 4; START SLAVE SQL_THREAD")]
    [InlineData("MySQL 9.7.0", "STOP REPLICA SQL_THREAD; SET GLOBAL replica_parallel_workers = 4; START REPLICA SQL_THREAD")]
    [InlineData("MariaDB 5.5.68", "")]
    public void Parallel_appliers_are_offered_only_where_commit_order_is_preserved(string server, string expected)
    {
        ImmutableDictionary<string, string> variables = ImmutableDictionary.CreateRange(new Dictionary<string, string>
        {
            ["log_slave_updates"] = "ON",
            ["slave_parallel_workers"] = "0",
            ["replica_parallel_workers"] = "0",
            ["slave_parallel_threads"] = "0",
        });
        Scene scene = Scenes.On(server) with { Examination = new NodeExamination { At = MonotonicInstant.At(0), Variables = variables } };

        Assert.Equal(
            expected,
            string.Join("; ", Throttles.Loosened(scene).Where(step => step.Id == "more-appliers").SelectMany(step => step.Commands)));
    }

    [Fact]
    public void A_replica_that_applied_everything_from_a_silent_source_is_waiting_for_it()
    {
        Func<MonotonicInstant, NodeReading> caughtUp = FleetFindingTests.Status(
            Ticks.Replica(100, io: ReplicationThread.Connecting),
            status => status with { IoThread = ReplicationThread.Yes, Fetched = Ticks.At(100) });
        Ticks fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2")).Tick(5, Ticks.Primary(100), caughtUp)
            .Tick(60, Ticks.Silent(), caughtUp);
        string[] codes = [.. FleetFindingTests.Of(fleet).Select(finding => finding.Code)];

        Assert.Equal(NodeHealth.Behind, fleet["db2"].Health);
        Assert.Equal(["primary-unreachable", "waits-for-source"], codes);
    }

    [Fact]
    public void Unapplied_relay_logs_are_reported_with_their_growth_rate()
    {
        var fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2"));
        for (int tick = 1; tick <= 240; tick++)
            fleet.Tick(
                Ticks.Primary(tick * 500_000),
                FleetFindingTests.Status(
                    Ticks.Replica(100, sql: ReplicationThread.No, secondsBehind: null),
                        status => status with { RelayLogBytes = 120_000_000 }));

        Finding finding = FleetFindingTests.Of(fleet).Single(finding => finding.Code == "relay-logs-grow");
        Assert.Equal(("120", "3600"), (finding.Values["relayMegabytes"], finding.Values["megabytesPerHour"]));
        Assert.Equal(["delete-relay-logs"], finding.DeadEnds);
    }

    [Theory]
    [InlineData(900_000_000, 0, false)]
    [InlineData(1_000_000_000, 1_000_000, true)]
    [InlineData(1_000_000, 300_000_000, false)]
    [InlineData(1_000_000, 500_000_000, true)]
    public void Relay_logs_are_reported_from_1_GB_or_a_growth_of_10_GB_a_day(long bytes, long bytesPerHour, bool told)
    {
        var fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2"));
        for (int tick = 1; tick <= 240; tick++)
            fleet.Tick(
                Ticks.Primary(100 + tick * bytesPerHour / 7200),
                FleetFindingTests.Status(
                    Ticks.Replica(100, sql: ReplicationThread.No, secondsBehind: null), status => status with { RelayLogBytes = bytes }));

        Assert.Equal(told, FleetFindingTests.Of(fleet).Any(finding => finding.Code == "relay-logs-grow"));
    }

    [Theory]
    [InlineData("0", "0", true)]
    [InlineData("0.000000", null, true)]
    [InlineData("0", "2592000", false)]
    [InlineData("14", "0", false)]
    [InlineData(null, null, false)]
    public void Binlogs_that_never_expire_are_reported(string? days, string? seconds, bool told) =>
        Assert.Equal(told, NeverPurged(2_000_000_000, days, seconds) is not null);

    [Fact]
    public void Small_binlogs_that_never_expire_are_not_reported() => Assert.Null(NeverPurged(1_000_000));

    [Theory]
    [InlineData("bin.000001", null)]
    [InlineData("bin.000003", "PURGE BINARY LOGS TO 'bin.000003'")]
    public void Only_binlogs_that_every_replica_has_applied_are_offered_for_deletion(string executed, string? command)
    {
        string[] commands =
        [
            .. NeverPurged(2_000_000_000, executed: executed)!.Steps.SelectMany(step => step.Commands)
            .Where(command => command.StartsWith("PURGE", StringComparison.Ordinal)),
        ];

        Assert.Equal(command is null ? [] : [command], commands);
    }

    [Theory]
    [InlineData("Reading event from the relay log", "photos.likes, photos.seen", "photos.likes, photos.seen")]
    [InlineData("Reading event from the relay log", "", null)]
    public void A_table_without_a_key_is_only_a_possible_cause_if_the_applier_state_is_inconclusive(
        string state, string tables, string? told)
    {
        NodeExamination examined =
            Examined(state, null) with { TablesWithoutKey = [.. tables.Split(", ", StringSplitOptions.RemoveEmptyEntries)] };
        Finding? finding = FleetFindingTests.Of(Standing(), null, examined).SingleOrDefault(finding => finding.Code == "rows-without-key");

        Assert.Equal((told, told is null ? null : Confidence.Possible), (finding?.Values["table"], finding?.Confidence));
    }

    [Fact]
    public void A_missing_key_is_not_suspected_while_the_applier_makes_progress()
    {
        Ticks fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2")).Tick(5, Ticks.Primary(100), Ticks.Replica(100));
        for (int tick = 1; tick <= 40; tick++)
            fleet.Tick(Ticks.Primary(100 + tick * 1000), Ticks.Replica(100 + tick * 10, secondsBehind: tick / 2.0));

        Assert.DoesNotContain(
            FleetFindingTests.Of(fleet, null, Examined("Reading event from the relay log", null)),
            finding => finding.Code == "rows-without-key");
    }

    private static Finding? NeverPurged(long bytes, string? days = "0", string? seconds = null, string executed = "bin.000001")
    {
        BinlogPosition head = BinlogPosition.TryParse("bin.000004", 100)!.Value;
        BinlogFile[] files =
        [
            .. new[] { ("bin.000001", bytes), ("bin.000002", 1), ("bin.000003", 1), ("bin.000004", 100) }.Select(
                file => new BinlogFile(BinlogPosition.TryParse(file.Item1, file.Item2)!.Value)),
        ];
        NodeReading Primary(MonotonicInstant at) =>
            (NodeReading.Answered)Ticks.Primary(100)(at) with { Head = head, Logs = new BinlogIndex(files) };
        Ticks fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2"))
            .Tick(
                5, Primary,
                FleetFindingTests.Status(Ticks.Replica(100), status => status with { Executed = BinlogPosition.TryParse(executed, 1) }));
        var variables = ImmutableDictionary<string, string>.Empty;
        variables = days is null ? variables : variables.Add("expire_logs_days", days);
        variables = seconds is null ? variables : variables.Add("binlog_expire_logs_seconds", seconds);
        return FleetFindingTests.Of(fleet, new NodeExamination { At = fleet.Now, Variables = variables })
            .SingleOrDefault(finding => finding.Code == "binlogs-never-purged");
    }

    /// <summary>Both threads say Yes, the primary writes on, and nothing gets finished.</summary>
    private static Ticks Standing(string? state = null)
    {
        Ticks fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2")).Tick(5, Ticks.Primary(100), Ticks.Replica(100));
        for (int tick = 1; tick <= 40; tick++)
            fleet.Tick(
                Ticks.Primary(100 + tick * 1000),
                FleetFindingTests.Status(Ticks.Replica(100, secondsBehind: tick / 2.0), status => status with { SqlState = state }));
        return fleet;
    }

    private static NodeExamination Examined(string state, string? statement) => new()
    {
        At = MonotonicInstant.At(20),
        Variables = ImmutableDictionary<string, string>.Empty,
        Appliers = [new ApplierActivity(state, statement, TimeSpan.FromMinutes(7))],
        TablesWithoutKey = ["photos.likes"],
    };
}
