using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;
using Reading = System.Func<ProxyGuard.Core.Replication.MonotonicInstant, ProxyGuard.Core.Replication.NodeReading>;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>Fresh needs a chain of evidence: a replica that has executed everything may still lack the site's data.</summary>
public class EvidenceTests
{
    private static readonly ReadOnlyRules OneFresh = new() { MinFreshReplicas = 1, ReopenAfter = TimeSpan.FromSeconds(5) };
    private static readonly string[] Names = ["db1", "db2", "db3"];

    // db1 > db2 > db3; what is wrong, which link is named, and whose setting it is. db2 itself is fresh where the link above it is well.
    [Theory]
    [InlineData("db2 does not log", "log-replica-updates", "db2 > db3 at db2", true)]
    [InlineData("db2 does not say", "log-replica-updates", "db2 > db3 at db2", true)]
    [InlineData("db2 has no binlog", "log-replica-updates", "db2 > db3 at db2", true)]
    [InlineData("db3 is 1", "server-id", "db2 > db3 at db3", true)]
    [InlineData("db1 hides", "filters", "db1 > db2 at db1", false)]
    [InlineData("db2 hides", "filters", "db2 > db3 at db2", true)]
    [InlineData("db2 filters", "filters", "db1 > db2 at db2", false)]
    [InlineData("db3 filters", "filters", "db2 > db3 at db3", true)]
    [InlineData("db3 drops marked", "filters", "db2 > db3 at db3", true)]
    [InlineData("db2 skips errors", "skip-errors", "db1 > db2 at db2", false)]
    [InlineData("db3 skips errors", "skip-errors", "db2 > db3 at db3", true)]
    [InlineData("db3 is idempotent", "idempotent", "db2 > db3 at db3", true)]
    [InlineData("db2 counts", "skip-counter", "db1 > db2 at db2", false)]
    public void A_link_without_evidence_makes_the_replicas_below_it_unknown(
        string what, string reason, string link, bool isFreshAbove)
    {
        Ticks ticks = Chain();
        ticks.Tick(4, [.. Readings("")]);
        Assert.All(Names, name => Assert.Equal(NodeHealth.Fresh, ticks[name].Health));

        ticks.Tick(1, [.. Readings(what)]);
        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);
        Assert.True(ticks["db3"].AwaitsConfirmation);
        ticks.Tick(1, [.. Readings(what)]);

        Assert.Equal(NodeHealth.Unknown, ticks["db3"].Health);
        Assert.Null(ticks["db3"].ContentTime);
        Assert.Equal(isFreshAbove ? NodeHealth.Fresh : NodeHealth.Unknown, ticks["db2"].Health);
        MissingEvidence missing = ticks["db3"].Missing.Single();
        Assert.Equal(
            (reason, link),
            (Core.Diagnosis.EvidenceNames.Of(missing.Gap), $"{Names[missing.Source]} > {Names[missing.Replica]} at {Names[missing.At]}"));

        ticks.Tick(3, [.. Readings("")]);
        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);
    }

    [Theory]
    [InlineData("db2 does not log", "db2", EvidenceGap.LogReplicaUpdates)]
    [InlineData("db3 is 1", "db3", EvidenceGap.ServerId)]
    [InlineData("db1 hides", "db1", EvidenceGap.Filters)]
    [InlineData("db3 skips errors", "db3", EvidenceGap.SkipErrors)]
    [InlineData("db3 is idempotent", "db3", EvidenceGap.Idempotent)]
    public void An_accepted_gap_counts_as_evidence_only_on_the_node_that_has_it(string what, string at, EvidenceGap gap)
    {
        Ticks accepted = Chain(node => node.Name == at ? node with { Accepts = [gap] } : node).Tick(4, [.. Readings(what)]);
        Ticks elsewhere = Chain(node => node.Name == at ? node : node with { Accepts = [gap] }).Tick(4, [.. Readings(what)]);

        Assert.Equal(NodeHealth.Fresh, accepted["db3"].Health);
        Assert.True(accepted["db3"].Missing.Single().IsAccepted);
        Assert.NotNull(accepted["db3"].ContentTime);
        Assert.Equal(NodeHealth.Unknown, elsewhere["db3"].Health);
    }

    [Theory]
    [InlineData("photos", NodeHealth.Fresh)]
    [InlineData("logs", NodeHealth.Unknown)]
    public void A_filter_that_provably_leaves_the_site_alone_is_no_gap(string database, NodeHealth health) =>
        Assert.Equal(health, Chain(databases: new SiteDatabases([database])).Tick(4, [.. Readings("db3 ignores logs")])["db3"].Health);

    [Fact]
    public void A_direct_replica_is_fresh_even_if_it_reports_no_replication_settings()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2"))
            .Tick(3, Primary(1_000), Replica(1_000).With(answer => answer with { Replication = ReplicationSettings.Unsaid }));

        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);
    }

    [Fact]
    public void One_complete_path_among_several_is_enough_evidence()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        ticks.Tick(4, Primary(1_000), Replica(1_000, head: 70).With(NotLogging), Replica(3, ("", 1, 1_000), ("second", 2, 70)));

        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);
        Assert.Empty(ticks["db3"].Missing);
    }

    [Fact]
    public void A_duplicate_server_id_does_not_change_the_source_of_a_replica()
    {
        // db3 has the primary's id, and stands first in the configuration.
        var ticks = new Ticks(Node("db3"), PrimaryNode with { Host = "db1" }, Node("db2"));
        ticks.Tick(4, Replica(70, server: 1, source: 2), Primary(1_000), Replica(1_000, head: 70));

        Assert.Equal(1, ticks["db2"].Source);
        Assert.Equal(EvidenceGap.ServerId, ticks["db3"].Missing.Single().Gap);
    }

    [Fact]
    public void A_caught_up_replica_of_a_stuck_replica_becomes_stuck_in_the_same_tick()
    {
        Ticks ticks = Chain();
        ticks.Tick(4, [.. Readings("")]);
        Reading stopped = Replica(1_000, sql: ReplicationThread.No, head: 70);

        ticks.Tick(1, Primary(1_000), stopped, Replica(70, server: 3, source: 2));
        Assert.Equal((NodeHealth.Fresh, NodeHealth.Fresh), (ticks["db2"].Health, ticks["db3"].Health));
        ticks.Tick(1, Primary(1_000), stopped, Replica(70, server: 3, source: 2));
        Assert.Equal((NodeHealth.Stuck, NodeHealth.Stuck), (ticks["db2"].Health, ticks["db3"].Health));
        Assert.True(ticks["db3"].IsBelowStopped);
        Assert.Equal(Cause.ReplicasStuck, GuardPolicy.CauseOf(ticks.Fleet, OneFresh));

        ticks.Tick(3, [.. Readings("")]);
        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);
    }

    [Fact]
    public void A_replica_of_a_stuck_replica_stays_stuck_despite_local_writes_on_it()
    {
        Ticks ticks = Chain();
        ticks.Tick(4, [.. Readings("")]);

        // Something goes on writing on db2 itself, and db3 is always a little behind that.
        for (int tick = 1; tick <= 2; tick++)
            ticks.Tick(
                Primary(1_000), Replica(1_000, sql: ReplicationThread.No, head: 70 + 10 * tick),
                Replica(60 + 10 * tick, server: 3, source: 2));

        Assert.Equal(NodeHealth.Stuck, ticks["db3"].Health);
    }

    [Theory]
    [InlineData("0-1-50", "0-1-50", NodeHealth.Fresh)]
    [InlineData("0-1-50", "0-1-49", NodeHealth.Unknown)]
    [InlineData("0-1-50", "0-2-52", NodeHealth.Unknown)]
    [InlineData("0-1-50", "0-1-51", NodeHealth.Unknown)]
    [InlineData(null, null, NodeHealth.Unknown)]
    public void A_replica_below_a_silent_node_is_unknown_unless_its_GTIDs_match_the_primary(
        string? primary, string? shown, NodeHealth health)
    {
        Reading head = Primary(1_000).With(answer => answer with { Replication = answer.Replication with { BinlogGtids = primary } });
        Reading below = Replica(70, server: 3, source: 2).Saying(channel => channel with { ExecutedGtids = shown });
        Ticks ticks = Chain();
        ticks.Tick(4, head, Replica(1_000, head: 70), below);
        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);

        ticks.Tick(1, head, Silent(), below);
        Assert.Equal(NodeHealth.Fresh, ticks["db3"].Health);
        ticks.Tick(1, head, Silent(), below);

        Assert.Equal((NodeHealth.Silent, health), (ticks["db2"].Health, ticks["db3"].Health));
        // What was seen to come is there: the label of its pages goes by that.
        Assert.NotNull(ticks["db3"].ContentTime);
    }

    [Theory]
    [InlineData(true, false, NodeHealth.Unknown)]
    [InlineData(true, true, NodeHealth.Fresh)]
    [InlineData(false, false, NodeHealth.Unknown)]
    [InlineData(false, true, NodeHealth.Unknown)]
    public void An_unsupported_architecture_is_unknown_unless_accepted_and_replicating(
        bool follows, bool isAccepted, NodeHealth health)
    {
        Reading foreign = Replica(1_000)
            .With(answer => answer with { ForeignArchitecture = "Galera Cluster", Channels = follows ? answer.Channels : [] });

        Ticks ticks = new Ticks(PrimaryNode, Node("db2") with { Accepts = isAccepted ? [EvidenceGap.Architecture] : [] })
            .Tick(4, Primary(1_000), foreign);

        Assert.Equal(health, ticks["db2"].Health);
        Assert.Equal(
            (EvidenceGap.Architecture, "Galera Cluster", isAccepted),
            ticks["db2"].Missing.Select(missing => (missing.Gap, missing.Setting, missing.IsAccepted)).Single());
    }

    [Fact]
    public void A_caught_up_replica_stays_fresh_at_first_below_a_silent_primary()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(3, Primary(1_000), Replica(1_000)).Tick(2, Silent(), Replica(1_000));

        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);
    }

    // MariaDB applies domains beside each other: file and offset are those of the foremost.
    [Theory]
    [InlineData(true, NodeHealth.Behind)]
    [InlineData(false, NodeHealth.Fresh)]
    public void A_blocked_replication_domain_makes_the_replica_lag_by_that_domain(bool byGtid, NodeHealth health)
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        for (int tick = 1; tick <= 20; tick++)
        {
            string head = $"0-1-{tick},1-1-{tick}";
            string reached = $"0-1-{tick},1-1-{Math.Min(tick, 4)}";
            ticks.Tick(
                Primary(1_000 * tick).With(answer => answer with { Replication = answer.Replication with { BinlogGtids = head } }),
                Replica(1_000 * tick).Saying(channel => channel with { ExecutedGtids = reached, UsesGtid = byGtid }));
        }

        Assert.Equal(health, ticks["db2"].Health);
        Assert.Equal(byGtid ? TimeSpan.FromSeconds(8) : TimeSpan.Zero, ticks["db2"].LagAt(ticks.Now));
    }

    // db2 was the primary once, and wrote to domain 1: it fetches none of that again, and its slave position does not name it.
    [Theory]
    [InlineData("1-2-7", "1-2-7", NodeHealth.Fresh)]
    [InlineData("1-2-7", "1-2-9", NodeHealth.Fresh)]
    [InlineData("1-2-7", "1-2-6", NodeHealth.Unknown)]
    [InlineData("1-1-7", "1-2-9", NodeHealth.Unknown)]
    [InlineData("1-2-7", null, NodeHealth.Unknown)]
    public void A_former_primarys_own_writes_do_not_count_as_missing(string domain, string? own, NodeHealth health)
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(4,
            Primary(1_000).With(answer => answer with { Replication = answer.Replication with { BinlogGtids = $"0-1-9,{domain}" } }),
            Replica(1_000).Saying(channel => channel with { ExecutedGtids = "0-1-9", UsesGtid = true })
                .With(answer => answer with { Replication = answer.Replication with { BinlogGtids = own } }));

        Assert.Equal(health, ticks["db2"].Health);
    }

    [Fact]
    public void An_accepted_ignored_domain_does_not_make_the_replica_lag()
    {
        Ticks ticks = new Ticks(PrimaryNode, Node("db2") with { Accepts = [EvidenceGap.Filters] });
        ticks.Tick(4,
            Primary(1_000).With(answer => answer with { Replication = answer.Replication with { BinlogGtids = "0-1-9,1-1-7" } }),
            Replica(1_000).Saying(
                channel => channel with { ExecutedGtids = "0-1-9", UsesGtid = true, Filters = ["Replicate_Ignore_Domain_Ids=1"] }));

        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);
    }

    // Twenty readings and 64 KB; with a filter, or a log of rows below one of statements, a log that stands still says nothing.
    [Theory]
    [InlineData(40, 4_000, "", NodeHealth.Unknown)]
    [InlineData(15, 40_000, "", NodeHealth.Fresh)]
    [InlineData(40, 300, "", NodeHealth.Fresh)]
    [InlineData(40, 4_000, "it filters", NodeHealth.Fresh)]
    [InlineData(40, 4_000, "it writes rows", NodeHealth.Fresh)]
    [InlineData(40, 4_000, "its log grows", NodeHealth.Fresh)]
    public void An_intermediate_whose_own_binlog_stands_still_while_it_applies_passes_nothing_on(
        int readings, long bytes, string but, NodeHealth health)
    {
        Ticks ticks = Chain(databases: new SiteDatabases(["photos"]));
        for (int tick = 0; tick < readings; tick++)
        {
            long own = but == "its log grows" ? 70 + tick : 70;
            ticks.Tick(
                Primary(1_000 + tick * bytes),
                Replica(1_000 + tick * bytes, head: own)
                    .Saying(channel => but == "it filters" ? channel with { Filters = ["Replicate_Ignore_DB=percona"] } : channel)
                    .With(
                        answer => but == "it writes rows" ? answer with { Replication = answer.Replication with { LogsRows = true } }
                            : answer),
                Replica(own, server: 3, source: 2));
        }

        Assert.Equal(health, ticks["db3"].Health);
        Assert.Equal(NodeHealth.Fresh, ticks["db2"].Health);
    }

    [Theory]
    [InlineData("1-57", "1-57", NodeHealth.Fresh)]
    [InlineData("1-57", "1-90", NodeHealth.Unknown)]
    [InlineData("1-57", "1-57:80-90", NodeHealth.Unknown)]
    public void GTIDs_ahead_of_the_primary_make_the_replica_unknown(string head, string reached, NodeHealth health)
    {
        const string Uuid = "3e11fa47-71ca-11e1-9e33-c80aa9429562";
        Ticks ticks = new Ticks(PrimaryNode, Node("db2")).Tick(5,
            Primary(1_000).With(answer => answer with { Server = new ServerId(1, Uuid), HeadGtids = $"{Uuid}:{head}" }),
            Replica(1_000).Saying(channel => channel with { SourceUuid = Uuid, ExecutedGtids = $"{Uuid}:{reached}" }));

        Assert.Equal(health, ticks["db2"].Health);
    }

    private static Ticks Chain(Func<NodeRules, NodeRules>? change = null, SiteDatabases? databases = null)
    {
        NodeRules[] nodes = [.. new[] { PrimaryNode, Node("db2"), Node("db3") }.Select(node => change?.Invoke(node) ?? node)];
        return new Ticks(databases ?? SiteDatabases.AllButSystem, nodes);
    }

    private static ImmutableArray<Reading> Readings(string what) =>
    [
        what == "db1 hides" ? Primary(1_000).With(Hiding) : Primary(1_000),
        what switch
        {
            "db2 does not log" => Middle().With(NotLogging),
            "db2 does not say" => Middle().With(answer => answer with { Replication = ReplicationSettings.Unsaid }),
            "db2 has no binlog" => Middle().With(answer => answer with { Head = null }),
            "db2 hides" => Middle().With(Hiding),
            "db2 filters" => Middle().Saying(channel => channel with { Filters = ["Replicate_Wild_Ignore_Table=photos.%"] }),
            "db2 skips errors" => Middle().With(answer => answer with { Replication = answer.Replication with { SkippedErrors = "ALL" } }),
            "db2 counts" => Middle().Saying(channel => channel with { SkipCounter = 100_000 }),
            _ => Middle(),
        },
        what switch
        {
            "db3 is 1" => Replica(70, server: 1, source: 2),
            "db3 filters" => Lower().Saying(channel => channel with { Filters = ["Replicate_Do_DB=other"] }),
            "db3 ignores logs" => Lower().Saying(channel => channel with { Filters = ["Replicate_Ignore_DB=logs"] }),
            "db3 drops marked" =>
                Lower().With(answer => answer with { Replication = answer.Replication with { SkipsMarked = "FILTER_ON_SLAVE" } }),
            "db3 skips errors" => Lower().With(answer => answer with { Replication = answer.Replication with { SkippedErrors = "1062" } }),
            "db3 is idempotent" => Lower().With(answer => answer with { Replication = answer.Replication with { IsIdempotent = true } }),
            _ => Lower(),
        },
    ];

    private static Reading Middle() => Replica(1_000, head: 70);

    private static Reading Lower() => Replica(70, server: 3, source: 2);

    private static NodeReading.Answered NotLogging(NodeReading.Answered answer) =>
        answer with { Replication = answer.Replication with { LogsApplied = false } };

    private static NodeReading.Answered Hiding(NodeReading.Answered answer) => answer with { BinlogFilters = ["Binlog_Ignore_DB=photos"] };
}
