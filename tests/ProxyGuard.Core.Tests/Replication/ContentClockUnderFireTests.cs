using CsCheck;
using ProxyGuard.Core.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>In none of these may lag read as nothing while data is missing.</summary>
public class ContentClockUnderFireTests
{
    [Fact]
    public void A_replica_ahead_of_the_new_head_after_RESET_MASTER_is_not_fresh()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(4, Primary(50_000), Replica(50_000));

        // The binlog begins anew; the replica heard nothing of it, and both its threads run.
        ticks.Tick(3, Primary(154), Replica(50_000, secondsBehind: 0));

        Assert.True(ticks["db2"].Worst!.IsAheadOfSource);
        Assert.NotEqual(NodeHealth.Fresh, ticks["db2"].Health);
        Assert.Null(ticks["db2"].QueueBytes);
        Assert.True(ticks["db2"].IsEstimated);
    }

    [Fact]
    public void A_replica_is_behind_once_the_new_binlog_after_RESET_MASTER_has_passed_it()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(4, Primary(5_000), Replica(5_000)).Tick(4, Primary(154), Replica(5_000));
        long head = 154;
        for (int tick = 0; tick < 40; tick++)
            ticks.Tick(Primary(head += 500), Replica(5_000, secondsBehind: 0));

        Assert.Equal(NodeHealth.Behind, ticks["db2"].Health);
        Assert.InRange(ticks["db2"].LagAt(ticks.Now)!.Value, TimeSpan.FromSeconds(14), TimeSpan.FromSeconds(16));
    }

    [Fact]
    public void A_replica_may_be_ahead_of_a_head_that_was_sampled_a_moment_earlier()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        long head = 1_000;
        for (int tick = 0; tick < 20; tick++)
            ticks.Tick(Primary(head += 500), Replica(head + 200));

        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);
        Assert.Equal(TimeSpan.Zero, ticks["db2"].LagAt(ticks.Now));
        Assert.Equal(0, ticks["db2"].QueueBytes);
    }

    [Fact]
    public void A_position_ahead_of_the_head_in_the_first_reading_is_flagged()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(Primary(1_000), Replica(2_000));

        Assert.True(ticks["db2"].Worst!.IsAheadOfSource);
    }

    [Fact]
    public void A_different_server_at_the_primarys_address_is_not_the_source_of_old_replicas()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(4, Primary(5_000), Replica(5_000));

        ticks.Tick(3, Primary(9_000, server: 8), Replica(5_000, secondsBehind: 0));

        Assert.Null(ticks["db2"].Source);
        Assert.NotEqual(NodeHealth.Fresh, ticks["db2"].Health);
    }

    [Fact]
    public void A_restarted_primary_continues_in_its_next_binlog_file()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(4, Primary(5_000), Replica(5_000));
        ticks.Tick(4, Silent(), Replica(5_000));

        Func<MonotonicInstant, NodeReading> restarted = Primary(0)
            .With(
                answer => answer with
                {
                    Head = File(2, 400),
                    Logs = new BinlogIndex([new BinlogFile(At(5_100)), new BinlogFile(File(2, 400))])
                });
        ticks.Tick(4, restarted, Replica(5_000));

        // 100 bytes of the old file and 400 of the new one are missing, and were for as long as it was away.
        Assert.Equal(500, ticks["db2"].QueueBytes);
        Assert.Equal(TimeSpan.FromSeconds(4), ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void Purged_binlogs_make_the_queue_unknown_and_the_replica_not_fresh()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        ticks.Tick(4, Primary(5_000), Replica(4_000));
        ticks.Tick(
            12, Primary(0).With(answer => answer with { Head = File(7, 400), Logs = new BinlogIndex([new BinlogFile(File(7, 400))]) }),
            Replica(4_000));

        Assert.Null(ticks["db2"].QueueBytes);
        Assert.NotEqual(NodeHealth.Fresh, ticks["db2"].Health);
    }

    [Fact]
    public void A_day_without_writes_is_no_lag_but_the_first_missing_write_is()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2")) { Pause = TimeSpan.FromMinutes(1) };
        ticks.Tick(24 * 60, Primary(1_000), Replica(1_000));
        Assert.Equal(TimeSpan.Zero, ticks["db2"].LagAt(ticks.Now));
        ticks.Pause = TimeSpan.FromSeconds(0.5);

        ticks.Tick(14, Primary(1_100), Replica(1_000, secondsBehind: 0));

        Assert.Equal(TimeSpan.FromSeconds(7), ticks["db2"].LagAt(ticks.Now));
        Assert.Equal(NodeHealth.Behind, ticks["db2"].Health);
    }

    [Fact]
    public void A_replica_that_stops_applying_shows_lag_even_if_it_reports_zero()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        long head = 1_000;
        for (int tick = 0; tick < 20; tick++)
            ticks.Tick(Primary(head += 100), Replica(1_100, secondsBehind: 0));

        Assert.Equal(TimeSpan.FromSeconds(9.5), ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void Head_samples_between_readings_refine_the_measured_lag()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        long head = 0;
        for (int tick = 0; tick < 10; tick++)
        {
            ticks.Tick(
                Primary(head += 500).With(answer => answer with
                {
                    EarlierHeads =
                    [
                        .. Enumerable.Range(1, 9).Select(
                            step => new HeadSample(
                                answer.AskedAt - TimeSpan.FromSeconds(0.05 * (10 - step)),
                                    new BinlogHead(At(head - 50 * (10 - step)), null))),
                    ],
                }),
                Replica(head - 130));
        }

        // 1,000 bytes a second: 130 bytes are 0.13 s, told to the next twentieth of a second.
        Assert.Equal(TimeSpan.FromSeconds(0.15), ticks["db2"].LagAt(ticks.Now));
    }

    // The primary executes 20 transactions a second, 100 bytes each; the replica's position was last told two seconds ago.
    [Theory]
    [InlineData("{0}:1-{1}", 0.5)]
    [InlineData("0aaa:1-7,\n{0}:1-{1}", 2)]
    [InlineData("{0}:5-{1}", 2)]
    [InlineData("{0}:tag:1-{1}", 2)]
    [InlineData("nonsense", 2)]
    [InlineData(null, 2)]
    public void Executed_GTIDs_count_before_an_older_reported_position(
        string? executed, double lagSeconds)
    {
        const string Uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        long transactions = 1_000;
        for (int tick = 0; tick < 20; tick++)
        {
            transactions += 10;
            ticks.Tick(
                Primary(transactions * 100).With(
                    answer => answer with { Server = new ServerId(1, Uuid), HeadGtids = $"{Uuid}:1-{transactions}" }),
                Replica((transactions - 40) * 100).Saying(channel => channel with
                {
                    ExecutedGtids = executed is null
                        ? null
                        : string.Format(System.Globalization.CultureInfo.InvariantCulture, executed, Uuid, transactions - 10),
                }));
        }

        Assert.Equal(TimeSpan.FromSeconds(lagSeconds), ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void GTIDs_ahead_of_the_primary_make_the_lag_unknown()
    {
        const string Uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        long head = 1_000;
        for (int tick = 0; tick < 20; tick++)
        {
            ticks.Tick(
                Primary(head += 100).With(answer => answer with { Server = new ServerId(1, Uuid), HeadGtids = $"{Uuid}:1-{tick + 1}" }),
                Replica(1_100).Saying(channel => channel with { ExecutedGtids = $"{Uuid}:1-5000" }));
        }

        Assert.Null(ticks["db2"].LagAt(ticks.Now));
        Assert.Equal(EvidenceGap.GtidsAhead, ticks["db2"].Missing.Single().Gap);
    }

    [Theory]
    // The replica's heartbeat is as old as its position says, or a second older: the table is written once a second.
    [InlineData(0, 0, false, 0)]
    [InlineData(0, 2, false, 0)]
    [InlineData(4, 4, false, 4)]
    // Its positions say that nothing is missing, its heartbeat that ten seconds are: the older counts.
    [InlineData(0, 10, true, 10)]
    // The other way round the positions count.
    [InlineData(8, 1, true, 8)]
    public void The_larger_lag_of_position_and_heartbeat_counts(
        double byPosition, double byHeartbeat, bool disagree, double lagSeconds)
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        long head = 100_000;
        for (int tick = 0; tick < 40; tick++)
        {
            DateTime written = new DateTime(2026, 11, 22, 17, 0, 0) + TimeSpan.FromSeconds(tick / 2);
            ticks.Tick(
                Primary(head += 1_000).With(answer => answer with { Heartbeats = [new HeartbeatRow(1, written)] }),
                Replica(head - (long)(byPosition * 2_000))
                    .With(answer => answer with { Heartbeats = [new HeartbeatRow(1, written - TimeSpan.FromSeconds(byHeartbeat))] }));
        }

        Assert.Equal(disagree, ticks["db2"].Heartbeat!.Disagreement is not null);
        Assert.Equal(TimeSpan.FromSeconds(lagSeconds), ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void A_stopped_heartbeat_is_ignored()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        DateTime stopped = new(2026, 11, 22, 17, 0, 0);
        long head = 100_000;
        for (int tick = 0; tick < 40; tick++)
        {
            ticks.Tick(
                Primary(head += 1_000).With(answer => answer with { Heartbeats = [new HeartbeatRow(1, stopped)] }),
                Replica(head - 20_000).With(answer => answer with { Heartbeats = [new HeartbeatRow(1, stopped)] }));
        }

        Assert.Null(ticks["db2"].Heartbeat!.Lag);
        Assert.Equal(TimeSpan.FromSeconds(10), ticks["db2"].LagAt(ticks.Now));
    }

    [Fact]
    public void A_replica_that_lacks_data_never_stays_fresh_for_long() =>
        Gen.Int[0, 5].Array[60, 60].Sample(script =>
        {
            // Each number is what happens for a second; the truth is kept beside it.
            var ticks = new Ticks(PrimaryNode, Node("db2"));
            long head = 1_000;
            long applied = 1_000;
            double missingSince = 0;
            foreach (int what in script)
            {
                for (int half = 0; half < 2; half++)
                {
                    head += what == 5 ? 0 : 100;
                    applied = what is 0 or 5 ? head : applied;
                    missingSince = applied == head ? 0 : missingSince + 0.5;
                    ticks.Tick(what == 4 ? Silent() : Primary(head), what switch
                    {
                        1 => Replica(applied, sql: ReplicationThread.No, secondsBehind: null),
                        2 => Silent(),
                        _ => Replica(applied, secondsBehind: 0),
                    });
                }

                if (missingSince > 8 && ticks["db2"].Health == NodeHealth.Fresh)
                    return false;
            }

            return true;
        }, iter: 2_000);

    private static BinlogPosition File(int number, long offset) => BinlogPosition.TryParse($"bin.{number:D6}", offset)!.Value;
}
