using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;
using ProxyGuard.Core.Tests.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Guarding;

public class GuardPolicyTests
{
    // One word a node, the primary first: f fresh, b behind, s stuck, x silent, u unknown, r fresh but read_only, h takes connections and
    // hangs.
    [Theory]
    [InlineData("f f f", 1, null)]
    [InlineData("f f s", 1, null)]
    [InlineData("f f x", 1, null)]
    [InlineData("f f u", 1, null)]
    [InlineData("f f s", 2, Cause.ReplicasStuck)]
    [InlineData("f f b", 2, Cause.ReplicasBehind)]
    [InlineData("f s s", 1, Cause.ReplicasStuck)]
    [InlineData("f x x", 1, Cause.ReplicasStuck)]
    [InlineData("f s x", 1, Cause.ReplicasStuck)]
    [InlineData("f b s", 1, Cause.ReplicasBehind)]
    [InlineData("f b b", 1, Cause.ReplicasBehind)]
    [InlineData("f b u", 1, Cause.ReplicasBehind)]
    [InlineData("f s u", 1, Cause.ReplicasStuck)]
    [InlineData("f u u", 1, Cause.NothingKnown)]
    [InlineData("u f f", 1, Cause.NothingKnown)]
    [InlineData("x f f", 1, Cause.PrimaryUnreachable)]
    [InlineData("x s s", 1, Cause.PrimaryUnreachable)]
    [InlineData("r f f", 1, Cause.PrimaryReadOnly)]
    [InlineData("h f f", 1, Cause.PrimaryStalled)]
    [InlineData("f h h", 1, Cause.ReplicasStuck)]
    [InlineData("f", 1, null)] // no replica at all: nothing can stall
    public void The_cause_follows_from_the_health_of_the_nodes(string fleet, int minFresh, Cause? cause) =>
        Assert.Equal(cause, GuardPolicy.CauseOf(FleetOf(fleet), RulesFor(minFresh)));

    [Fact]
    public void Writes_are_refused_before_the_first_probe()
    {
        GuardView view = Start(new Ticks(PrimaryNode, Node("db2")));

        Assert.Equal((SiteMode.ReadOnly, Cause.NothingKnown), (view.Mode, view.Cause));
        Assert.Equal(Verdict.Refuse, RequestPolicy.Decide(RequestKind.Write, view));
    }

    /// <summary>Whoever only looks is told that the site is closed; whoever would write, that nothing is accepted.</summary>
    [Theory]
    [InlineData(HoldMode.Maintenance, RequestKind.Read, false, RefusalReason.Maintenance)] // a POST that a rule calls a read
    [InlineData(HoldMode.Maintenance, RequestKind.Read, true, RefusalReason.Maintenance)]
    [InlineData(HoldMode.Maintenance, RequestKind.Write, true, RefusalReason.Maintenance)] // a link that a rule calls a write
    [InlineData(HoldMode.Maintenance, RequestKind.Write, false, RefusalReason.WriteRefused)]
    [InlineData(HoldMode.Maintenance, RequestKind.Pass, false, RefusalReason.WriteRefused)]
    [InlineData(HoldMode.ReadOnly, RequestKind.Write, true, RefusalReason.WriteRefused)]
    [InlineData(HoldMode.ReadOnly, RequestKind.Write, false, RefusalReason.WriteRefused)]
    public void The_refusal_reason_follows_from_the_hold_and_the_request(HoldMode mode, RequestKind kind, bool isSafe, RefusalReason reason)
    {
        var site = new Site { Hold = HoldOf(mode) };
        site.Tick(3, Primary(1_000), Replica(1_000));

        Assert.Equal(Verdict.Refuse, RequestPolicy.Decide(kind, site.View, isSafe));
        Assert.Equal(reason, RequestPolicy.ReasonOf(kind, site.View, isSafe));
    }

    [Fact]
    public void A_healthy_fleet_opens_the_site_at_startup_without_a_quiet_time()
    {
        var site = new Site();
        site.Tick(3, Primary(1_000), Replica(1_000));

        Assert.Equal(SiteMode.Normal, site.View.Mode);
    }

    [Fact]
    public void A_stuck_fleet_makes_the_site_read_only_at_once_and_reopens_it_after_a_quiet_time()
    {
        var site = new Site();
        site.Tick(3, Primary(1_000), Replica(1_000));
        site.Tick(2, Primary(1_000), Replica(1_000, sql: ReplicationThread.No));
        Assert.Equal((SiteMode.ReadOnly, Cause.ReplicasStuck), (site.View.Mode, site.View.Cause));
        MonotonicInstant since = site.View.Since;

        site.Tick(3, Primary(1_000), Replica(1_000));
        Assert.Equal(NodeHealth.Fresh, site.View.Fleet.Nodes[1].Health);
        Assert.Equal(SiteMode.ReadOnly, site.View.Mode);
        Assert.Equal(CatchUpState.Done, site.View.CatchUp!.State);
        Assert.Equal(since, site.View.Since);

        site.Tick(9, Primary(1_000), Replica(1_000));
        Assert.Equal(SiteMode.ReadOnly, site.View.Mode);
        site.Tick(1, Primary(1_000), Replica(1_000));
        Assert.Equal((SiteMode.Normal, (Cause?)null), (site.View.Mode, site.View.Cause));
    }

    [Fact]
    public void A_replica_that_stops_again_restarts_the_quiet_time()
    {
        var site = new Site();
        site.Tick(3, Primary(1_000), Replica(1_000)).Tick(2, Primary(1_000), Replica(1_000, sql: ReplicationThread.No));

        site.Tick(8, Primary(1_000), Replica(1_000)).Tick(2, Primary(1_000), Replica(1_000, sql: ReplicationThread.No))
            .Tick(12, Primary(1_000), Replica(1_000));
        Assert.Equal(SiteMode.ReadOnly, site.View.Mode);
        site.Tick(1, Primary(1_000), Replica(1_000));
        Assert.Equal(SiteMode.Normal, site.View.Mode);
    }

    [Fact]
    public void The_cause_stays_the_same_while_replicas_catch_up()
    {
        var site = new Site();
        site.Tick(3, Primary(1_000), Replica(1_000)).Tick(2, Primary(5_000), Replica(1_000, sql: ReplicationThread.No));
        site.Tick(20, Primary(9_000), Replica(1_000, sql: ReplicationThread.No)).Tick(3, Primary(9_000), Replica(2_000));

        Assert.Equal(NodeHealth.Behind, site.View.Fleet.Nodes[1].Health);
        Assert.Equal(Cause.ReplicasStuck, site.View.Cause);
        Assert.Equal(CatchUpState.CatchingUp, site.View.CatchUp!.State);
    }

    [Fact]
    public void A_hold_overrides_the_automatic_mode_until_it_is_lifted()
    {
        var site = new Site();
        site.Tick(3, Primary(1_000), Replica(1_000));

        site.Hold = HoldOf(HoldMode.ReadOnly);
        site.Tick(1, Primary(1_000), Replica(1_000));
        Assert.Equal((SiteMode.ReadOnly, Cause.Operator), (site.View.Mode, site.View.Cause));

        site.Hold = HoldOf(HoldMode.Maintenance);
        site.Tick(1, Primary(1_000), Replica(1_000));
        Assert.Equal(SiteMode.Maintenance, site.View.Mode);
        Assert.Equal(Verdict.Refuse, RequestPolicy.Decide(RequestKind.Read, site.View));
        Assert.Equal(Verdict.Refuse, RequestPolicy.Decide(RequestKind.Pass, site.View));

        site.Hold = HoldOf(HoldMode.Open);
        site.Tick(3, Primary(1_000), Replica(1_000, sql: ReplicationThread.No));
        Assert.Equal(SiteMode.Normal, site.View.Mode);
        Assert.Equal(Cause.ReplicasStuck, site.View.Incident!.Cause);

        site.Hold = null;
        site.Tick(1, Primary(1_000), Replica(1_000, sql: ReplicationThread.No));
        Assert.Equal((SiteMode.ReadOnly, Cause.ReplicasStuck), (site.View.Mode, site.View.Cause));
    }

    [Fact]
    public void A_view_that_is_not_renewed_expires_to_unknown()
    {
        var site = new Site();
        site.Tick(3, Primary(1_000), Replica(1_000));
        GuardView view = site.View;

        Assert.Equal(SiteMode.Normal, view.AsOf(view.ExpiresAt - TimeSpan.FromTicks(1)).Mode);
        GuardView old = view.AsOf(view.ExpiresAt);
        Assert.Equal((SiteMode.ReadOnly, Cause.NothingKnown), (old.Mode, old.Cause));
        Assert.False(old.Reads.IsCurrent);
        Assert.Equal(view.Reads.Nodes, old.Reads.Nodes);
        Assert.Equal(view.Reads.AsOf, old.Reads.AsOf);
    }

    [Fact]
    public void A_dry_run_refuses_no_write_during_an_incident_or_after_the_view_expires()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        GuardRules rules = Rules() with { Requests = new RequestRules([], rehearses: true) };
        GuardView view = GuardPolicy.Start(ticks.Fleet, recalled: null, hold: null, ticks.Now, rules);
        Assert.Equal(Verdict.Write, RequestPolicy.Decide(RequestKind.Write, view));

        ticks.Tick(3, Primary(1_000), Replica(1_000)).Tick(2, Primary(1_000), Replica(1_000, sql: ReplicationThread.No));
        view = GuardPolicy.Next(view, ticks.Fleet, hold: null, ticks.Now, rules);
        Assert.NotNull(view.Incident);
        Assert.All([view, view.AsOf(view.ExpiresAt)], one => Assert.Equal(Verdict.Write, RequestPolicy.Decide(RequestKind.Write, one)));
    }

    [Fact]
    public void An_open_incident_keeps_its_start_time_across_a_restart()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"));
        var recalled = new Incident(Cause.ReplicasStuck, MonotonicInstant.At(-3600), SawFault: true, CalmSince: null);
        GuardView view = GuardPolicy.Start(ticks.Fleet, recalled, hold: null, ticks.Now, Rules());
        Assert.Equal(MonotonicInstant.At(-3600), view.Since);

        // Mended while ProxyGuard was away: still no write before the quiet time is over.
        for (int tick = 0; tick < 12; tick++)
        {
            ticks.Tick(Primary(1_000), Replica(1_000));
            view = GuardPolicy.Next(view, ticks.Fleet, hold: null, ticks.Now, Rules());
        }

        Assert.Equal(SiteMode.ReadOnly, view.Mode);
        ticks.Tick(Primary(1_000), Replica(1_000));
        Assert.Equal(SiteMode.Normal, GuardPolicy.Next(view, ticks.Fleet, hold: null, ticks.Now, Rules()).Mode);
    }

    [Theory]
    [InlineData("f f f", "1 2", true)]
    [InlineData("f f s", "1", true)]
    [InlineData("f s s", "1 2", false)]
    [InlineData("f x s", "2", false)]
    [InlineData("f x x", "0", true)] // nobody else answers
    [InlineData("x f s", "1 2", false)] // both show all that is known of a primary that is away
    [InlineData("x x x", "1 2", false)]
    [InlineData("u x x", "1 2", false)] // of a primary that nobody knows nothing is promised
    [InlineData("f", "0", true)]
    public void Reads_go_to_the_fresh_nodes_or_else_to_the_freshest(string fleet, string places, bool isCurrent)
    {
        ReadRoute reads = ReadRoute.Through(FleetOf(fleet), new ReadRules(), MonotonicInstant.At(1_000));

        Assert.Equal(places.Split(' ').Select(int.Parse).Aggregate(NodeSet.None, (set, place) => set.With(place)), reads.Nodes);
        Assert.Equal(isCurrent, reads.IsCurrent);
        Assert.False(reads.IsLimited);
    }

    [Fact]
    public void The_less_lagging_of_two_replicas_serves_reads_with_its_own_content_time()
    {
        var ticks = new Ticks(PrimaryNode, Node("db2"), Node("db3"));
        long head = 1_000;
        for (int tick = 0; tick < 40; tick++)
            ticks.Tick(
                Primary(head += 10), Replica(Math.Min(head, 1_160), sql: ReplicationThread.No),
                Replica(Math.Min(head, 1_200), sql: ReplicationThread.No, server: 3));

        ReadRoute reads = ReadRoute.Through(ticks.Fleet, new ReadRules(), ticks.Now);

        Assert.Equal(NodeSet.Of(2), reads.Nodes);
        Assert.Equal(ticks["db3"].ContentTime, reads.AsOf);
    }

    [Theory]
    [InlineData(RequestKind.Read, SiteMode.Normal, Verdict.Read)]
    [InlineData(RequestKind.Write, SiteMode.Normal, Verdict.Write)]
    [InlineData(RequestKind.Pass, SiteMode.Normal, Verdict.Write)]
    [InlineData(RequestKind.Read, SiteMode.ReadOnly, Verdict.Read)]
    [InlineData(RequestKind.Write, SiteMode.ReadOnly, Verdict.Refuse)]
    [InlineData(RequestKind.Pass, SiteMode.ReadOnly, Verdict.Write)]
    [InlineData(RequestKind.Read, SiteMode.Maintenance, Verdict.Refuse)]
    [InlineData(RequestKind.Write, SiteMode.Maintenance, Verdict.Refuse)]
    [InlineData(RequestKind.Pass, SiteMode.Maintenance, Verdict.Refuse)]
    public void The_verdict_follows_from_the_mode_and_the_request_kind(RequestKind kind, SiteMode mode, Verdict verdict) =>
        Assert.Equal(verdict, RequestPolicy.Decide(kind, Start(new Ticks(PrimaryNode)) with { Mode = mode }));

    /// <summary>What a login gets: p the primary answers, x it is silent, u nobody knows.</summary>
    [Theory]
    [InlineData("p", HoldMode.ReadOnly, false, Verdict.Write)]
    [InlineData("p", HoldMode.ReadOnly, true, Verdict.Write)]
    [InlineData("x", null, false, Verdict.Refuse)]
    [InlineData("x", null, true, Verdict.Read)]
    [InlineData("x", HoldMode.ReadOnly, false, Verdict.Refuse)]
    [InlineData("x", HoldMode.ReadOnly, true, Verdict.Read)]
    [InlineData("x", HoldMode.Maintenance, true, Verdict.Refuse)]
    [InlineData("x", HoldMode.Open, false, Verdict.Write)]
    [InlineData("u", null, false, Verdict.Write)]
    [InlineData("u", null, true, Verdict.Write)]
    public void A_login_is_refused_while_the_primary_is_silent_but_its_form_is_served(
        string primary, HoldMode? hold, bool isSafe, Verdict verdict)
    {
        var site = new Site { Hold = hold is { } mode ? HoldOf(mode) : null };
        if (primary != "u")
            site.Tick(3, Primary(1_000), Replica(1_000));
        if (primary == "x")
            site.Tick(3, Silent(), Replica(1_000));

        Assert.Equal(verdict, RequestPolicy.Decide(RequestKind.Pass, site.View, isSafe));
        // A write or a read is what it is.
        Assert.Equal(RequestPolicy.Decide(RequestKind.Write, site.View), RequestPolicy.Decide(RequestKind.Write, site.View, isSafe: true));
    }

    [Fact]
    public void Logins_resume_without_a_quiet_time_once_the_primary_is_back()
    {
        var site = new Site();
        site.Tick(3, Primary(1_000), Replica(1_000)).Tick(3, Silent(), Replica(1_000)).Tick(3, Primary(1_000), Replica(1_000));

        Assert.Equal((SiteMode.ReadOnly, Verdict.Write), (site.View.Mode, RequestPolicy.Decide(RequestKind.Pass, site.View)));
    }

    private static GuardView Start(Ticks ticks) => GuardPolicy.Start(ticks.Fleet, recalled: null, hold: null, ticks.Now, Rules());

    private static Hold HoldOf(HoldMode mode) =>
        new()
        {
            Mode = mode,
            Reason = "",
            Message = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
            By = "test",
            Since = DateTimeOffset.UnixEpoch,
            EndsAt = null
        };

    private static ReadOnlyRules RulesFor(int minFresh) => new() { MinFreshReplicas = minFresh, ReopenAfter = TimeSpan.FromSeconds(5) };

    private static GuardRules Rules() => new()
    {
        Site = new SiteRules("Photo Club", ["en"]),
        Fleet = new FleetRules([PrimaryNode, Node("db2")], Freshness),
        Probe = new ProbeRules { Interval = TimeSpan.FromSeconds(0.5), Timeout = TimeSpan.FromSeconds(0.4) },
        ReadOnly = RulesFor(1),
        Requests = RequestRules.None,
    };

    /// <summary>A fleet whose nodes have shown the same for long enough.</summary>
    private static FleetSnapshot FleetOf(string healths)
    {
        string[] words = healths.Split(' ');
        var ticks = new Ticks([PrimaryNode, .. words.Skip(1).Select((_, place) => Node($"db{place + 2}"))]);
        long head = 1_000_000;
        for (int tick = 0; tick < 40; tick++)
        {
            head += 1_000;
            long at = head;
            ticks.Tick([.. words.Select((word, place) => place == 0 ? PrimaryOf(word, at, tick) : ReplicaOf(word, at, place, tick))]);
        }

        return ticks.Fleet;
    }

    // Everyone is well first, so that contents are known; what the word says comes after that.
    private static Func<MonotonicInstant, NodeReading> PrimaryOf(string word, long head, int tick) =>
        tick < 10 && word != "u" ? Primary(head) : word switch
        {
            "f" => Primary(head),
            "r" => Primary(head, readOnly: true),
            "x" => Silent(),
            "h" => Silent(ProbeFailure.StatementHangs),
            "u" => askedAt => ((NodeReading.Answered)Primary(head)(askedAt)) with { Head = null },
            _ => throw new ArgumentException(word),
        };

    private static Func<MonotonicInstant, NodeReading> ReplicaOf(string word, long head, int place, int tick) =>
        tick < 10 && word != "u" ? Replica(head, server: place + 1) : word switch
        {
            "f" => Replica(head, server: place + 1),
            "b" => Replica(head - 15_000, server: place + 1),
            "s" => Replica(1_009_000, sql: ReplicationThread.No, server: place + 1),
            "x" => Silent(),
            "h" => Silent(ProbeFailure.StatementHangs),
            "u" => Replica(10, secondsBehind: null, server: place + 1),
            _ => throw new ArgumentException(word),
        };

    /// <summary>A site that is ticked along with its fleet.</summary>
    private sealed class Site
    {
        private readonly Ticks _ticks = new(PrimaryNode, Node("db2"));

        public Site() => View = Start(_ticks);

        public GuardView View { get; private set; }

        public Hold? Hold { get; set; }

        public Site Tick(int times, params Func<MonotonicInstant, NodeReading>[] readings)
        {
            for (int time = 0; time < times; time++)
            {
                _ticks.Tick(readings);
                View = GuardPolicy.Next(View, _ticks.Fleet, Hold, _ticks.Now, Rules());
            }

            return this;
        }
    }
}
