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
    public void What_the_applier_does_tells_why_the_replica_stands(string state, string? statement, string? code)
    {
        string[] codes = [.. FleetFindingTests.Of(Standing(), null, Examined(state, statement)).Select(finding => finding.Code)];

        Assert.Equal(code is null ? ["not-catching-up", "behind"] : [code, "behind"], codes);
    }

    [Fact]
    public void The_table_without_a_key_is_named()
    {
        Finding finding = FleetFindingTests.Of(Standing(), null, Examined("Update_rows_log_event::find_row()", "UPDATE likes SET seen = 1"))[0];

        Assert.Equal("photos.likes", finding.Values["table"]);
        Assert.Contains("ALTER TABLE `photos`.`likes` ADD PRIMARY KEY (<columns>)", finding.Steps.SelectMany(step => step.Commands));
    }

    [Fact]
    public void Relay_logs_that_nobody_applies_are_told_with_their_growth()
    {
        var fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2"));
        for (int tick = 1; tick <= 240; tick++)
            fleet.Tick(Ticks.Primary(tick * 500_000), FleetFindingTests.Status(Ticks.Replica(100, sql: ReplicationThread.No, secondsBehind: null), status => status with { RelayLogBytes = 120_000_000 }));

        Finding finding = FleetFindingTests.Of(fleet).Single(finding => finding.Code == "relay-logs-grow");
        Assert.Equal(("120", "3600"), (finding.Values["relayMegabytes"], finding.Values["megabytesPerHour"]));
        Assert.Equal(["delete-relay-logs"], finding.DeadEnds);
    }

    [Theory]
    [InlineData("0", "0", true)]
    [InlineData("0.000000", null, true)]
    [InlineData("0", "2592000", false)]
    [InlineData("14", "0", false)]
    [InlineData(null, null, false)]
    public void Binlogs_that_nothing_deletes_are_told_with_what_is_safe_to_delete(string? days, string? seconds, bool told)
    {
        Ticks fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2")).Tick(5, Ticks.Primary(100), Ticks.Replica(100));
        var variables = ImmutableDictionary<string, string>.Empty;
        variables = days is null ? variables : variables.Add("expire_logs_days", days);
        variables = seconds is null ? variables : variables.Add("binlog_expire_logs_seconds", seconds);
        Finding? finding = FleetFindingTests.Of(fleet, new NodeExamination { At = fleet.Now, Variables = variables }).SingleOrDefault(finding => finding.Code == "binlogs-never-purged");

        Assert.Equal(told, finding is not null);
        if (told)
            Assert.Contains("PURGE BINARY LOGS TO 'bin.000001'", finding!.Steps.SelectMany(step => step.Commands));
    }

    /// <summary>Both threads say Yes, the primary writes on, and nothing gets finished.</summary>
    private static Ticks Standing()
    {
        Ticks fleet = new Ticks(Ticks.PrimaryNode, Ticks.Node("db2")).Tick(5, Ticks.Primary(100), Ticks.Replica(100));
        for (int tick = 1; tick <= 40; tick++)
            fleet.Tick(Ticks.Primary(100 + tick * 1000), Ticks.Replica(100, secondsBehind: tick / 2.0));
        return fleet;
    }

    private static NodeExamination Examined(string state, string? statement) => new()
    {
        At = Moment.At(20),
        Variables = ImmutableDictionary<string, string>.Empty,
        Appliers = [new ApplierActivity(state, statement, TimeSpan.FromMinutes(7))],
        TablesWithoutKey = ["photos.likes"],
    };
}
