using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.EveryServer;

/// <summary>
/// The same story on every kind of server: a primary, db1; two replicas that sites read from, db2 and db3; and db4, which follows db2.
/// </summary>
[Collection(nameof(RunsAlone))]
public sealed class SameStoryTests(FleetHome home, ITestOutputHelper output)
{
    private const int Backlog = 20_000_000;

    // Only says when to give up: a machine that is busy with other things may take long.
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(150);
    private static readonly TimeSpan MaxLag = TimeSpan.FromSeconds(5);

    // MaxLag, three samples that say so, and what they and their request may take.
    private static readonly TimeSpan NeverFreshFrom = MaxLag + TimeSpan.FromSeconds(2);

    // How much of it is told typically, and how much more than is shown at worst: on a busy machine healthy replicas are really late.
    // Each node's lag is known to one probe interval of half a second, its source's comes on top, and the reading may be as old. A MySQL
    // whose appliers work in parallel tells its place only every 0.3 s, so that each step is an interval late nearly always.
    private static readonly (string Replica, double Typical, double Worst)[] LagWhenAllIsWell =
    [("db2", 1, 1.5), ("db3", 1, 1.5), ("db4", 1.5, 2)];

    // Where GTIDs are the rule they are used, and where they came late or are another thing, positions.
    private static readonly ServerKind[] WithGtid = [ServerKind.MariaDb1011, ServerKind.MariaDb118, ServerKind.MySql97];

    public static TheoryData<string> Kinds => [.. ServerKind.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Reported_states_and_lag_are_true_from_the_first_fault_to_the_last_restart(string name)
    {
        ServerKind kind = ServerKind.Named(name);
        var settings = new FleetSettings
        {
            Kind = kind,
            WithGtid = WithGtid.Contains(kind),
            Sources = [1, 1, 2],
            ThroughRelays = true,
            NoticesCutAfter = TimeSpan.FromMinutes(1),
        };
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(kind), settings, replicaCount: 3);
        await using (TruthWatch watch = await TruthWatch.StartAsync(site))
        {
            await AllIsWellAsync(site, watch);
            await OneReplicaStopsAsync(site, watch);
            await BothStopAndCatchUpAsync(site, watch);
            await TheNetworkIsCutAsync(site, watch);
            await ThePrimaryFreezesAsync(site, watch);
        }

        await EverythingIsRestartedAsync(site);
        await EveryNodeHasTheSameDataAsync(site);
    }

    private async Task AllIsWellAsync(GuardedFleet site, TruthWatch watch)
    {
        await AllFreshAsync(site);
        DateTimeOffset from = DateTimeOffset.UtcNow;
        await PassAsync(watch, from, TimeSpan.FromSeconds(3));

        IReadOnlyList<Observation> seen = watch.OfAll(from);
        Tell("all is well", seen);
        Every.One(seen, one => one.Told.State == "fresh");
        foreach ((string replica, double typical, double worst) in LagWhenAllIsWell)
            AssertSmallLag([.. seen.Where(one => one.Told.Name == replica)], typical, worst);
    }

    private async Task OneReplicaStopsAsync(GuardedFleet site, TruthWatch watch)
    {
        DatabaseNode stuck = site.Fleet.Replicas[0];
        DatabaseNode below = site.Fleet.Replicas[2];
        await site.Faults.BreakWithDuplicateKeyAsync(stuck);
        DateTimeOffset from = DateTimeOffset.UtcNow;
        await Eventually.HappensAsync($"{stuck.Name} is stuck", Deadline, () => watch.Last(stuck.Name)?.Told.State == "stuck");
        TimeSpan took = DateTimeOffset.UtcNow - from;
        await Eventually.HappensAsync(
            $"{below.Name} is stuck with it", Deadline, () => watch.Last(below.Name)?.Told.State == "stuck",
            () => $"{watch.Last(below.Name)}");
        await PassAsync(watch, from, NeverFreshFrom + TimeSpan.FromSeconds(1));
        ReplicaStatus claim = (await below.ReplicaStatusAsync())!;

        Tell($"{stuck.Name} stopped, seen after {took.TotalMilliseconds:0} ms", watch.Of(below.Name, from));
        output.WriteLine(
            $"  {below.Name} itself: {claim.IoThread}/{claim.SqlThread}, {claim.SecondsBehind} s behind; {watch.Last(stuck.Name)?.Told.Why}");
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
        Assert.Contains("1062", watch.Last(stuck.Name)!.Told.Why, StringComparison.Ordinal);
        Assert.Equal(("Yes", "Yes", 0L), (claim.IoThread, claim.SqlThread, claim.SecondsBehind));
        Every.One(watch.Of(below.Name, from + TimeSpan.FromSeconds(1.5)), one => Math.Abs(one.Error) <= 1);
        Every.One(watch.Of("db3", from), one => one.Told.State == "fresh");
        NeverFreshWhileLate(watch.OfAll(from));
    }

    private async Task BothStopAndCatchUpAsync(GuardedFleet site, TruthWatch watch)
    {
        await site.Faults.BreakWithDuplicateKeyAsync(site.Fleet.Replicas[1]);
        StatusSeen closed = await site.WaitForModeAsync("read-only", Deadline);
        await DirectWrites.WriteAsync(site.Fleet.Primary, Backlog);
        DateTimeOffset from = DateTimeOffset.UtcNow;
        await site.Faults.MendDuplicateKeyAsync();
        List<StatusSeen> back = await StatusesUntilNormalAsync(site, watch);
        await AllFreshAsync(site);

        List<double> percent = [.. back.Select(status => status.Percent).OfType<double>()];
        List<string?> states = [.. back.Select(status => status.CatchUpState).OfType<string>()];
        output.WriteLine($"caught up and open {(DateTimeOffset.UtcNow - from).TotalSeconds:0.0} s after the mending; "
            + $"percent {string.Join(' ', percent.Distinct().Select(value => $"{value:0.0}"))}; {string.Join(' ', states.Distinct())}");
        Assert.Equal("replicas-stuck", closed.Cause);
        Assert.Equal(percent.Order(), percent);
        Assert.True(percent.Distinct().Count() >= 3, "the percentage moved too seldom");
        Assert.Contains("catching-up", states);
        Assert.Equal("done", states[^1]);
        NeverFreshWhileLate(watch.OfAll(from));
        await AssertSameDataAsync(site, "photos.direct_writes", "photos.guard_demo_fault");
    }

    private async Task TheNetworkIsCutAsync(GuardedFleet site, TruthWatch watch)
    {
        DatabaseNode[] cut = [site.Fleet.Replicas[0], site.Fleet.Replicas[1]];
        DateTimeOffset from = DateTimeOffset.UtcNow;
        site.Faults.CutNetwork(cut);
        StatusSeen closed = await site.WaitForModeAsync("read-only", Deadline);
        await PassAsync(watch, from, NeverFreshFrom + TimeSpan.FromSeconds(1));
        ReplicaStatus claim = (await cut[0].ReplicaStatusAsync())!;
        IReadOnlyList<Observation> seen = watch.OfAll(from);
        site.Faults.RestoreNetwork(cut);
        await site.WaitForModeAsync("normal", Deadline);
        await AllFreshAsync(site);

        Tell(
            $"network cut, read-only ({closed.Cause}) after {(closed.SeenAt - from).TotalSeconds:0.0} s",
            [.. seen.Where(one => one.Told.Name != "db1")]);
        output.WriteLine($"  db2 itself: {claim.IoThread}/{claim.SqlThread}, {claim.SecondsBehind} s behind");
        Assert.Equal("replicas-behind", closed.Cause);
        Assert.Equal(("Yes", "Yes"), (claim.IoThread, claim.SqlThread));
        Assert.Contains(seen, one => one.Told.Name == "db2" && one.LeastLag > NeverFreshFrom);
        NeverFreshWhileLate(seen);
    }

    private async Task ThePrimaryFreezesAsync(GuardedFleet site, TruthWatch watch)
    {
        DateTimeOffset from = DateTimeOffset.UtcNow;
        site.Faults.FreezePrimary();
        StatusSeen closed = await site.WaitForModeAsync("read-only", Deadline);
        DateTimeOffset silentFrom = DateTimeOffset.UtcNow;
        await PassAsync(watch, silentFrom, TimeSpan.FromSeconds(3));
        IReadOnlyList<Observation> seen = watch.Of("db1", silentFrom);
        site.Faults.ThawPrimary();
        await site.WaitForModeAsync("normal", Deadline);
        await AllFreshAsync(site);

        output.WriteLine(
            $"primary frozen: read-only ({closed.Cause}) after {(closed.SeenAt - from).TotalSeconds:0.0} s; db1 {string.Join(' ', seen.Select(one => one.Told.State).Distinct())}");
        Assert.Equal("primary-unreachable", closed.Cause);
        Every.One(seen, one => one.Told.State != "fresh");
    }

    private async Task EverythingIsRestartedAsync(GuardedFleet site)
    {
        DatabaseNode replica = site.Fleet.Replicas[0];
        await replica.StopAsync();
        await Eventually.HappensAsync($"{replica.Name} is silent", Deadline, async () => (await site.NodeAsync(replica)).State == "silent");
        await replica.StartAsync();
        await AllFreshAsync(site);
        output.WriteLine($"{replica.Name} was restarted, and all are fresh");

        await site.Faults.StopPrimaryAsync();
        await site.WaitForModeAsync("read-only", Deadline);
        await site.Faults.StartPrimaryAsync();
        await site.WaitForModeAsync("normal", Deadline);
        await AllFreshAsync(site);
        output.WriteLine("the primary was restarted, and all are fresh");

        await site.RestartGuardAsync();
        await site.WaitForModeAsync("normal", Deadline);
        await AllFreshAsync(site);
        output.WriteLine("ProxyGuard was restarted, and all are fresh");
    }

    private async Task EveryNodeHasTheSameDataAsync(GuardedFleet site)
    {
        await DirectWrites.WriteAsync(site.Fleet.Primary, 1_000_000);
        await site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        await AssertSameDataAsync(
            site, "photos.direct_writes", "photos.guard_demo_fault", "photos.heartbeat", "photos.photos", "photos.pictures");
    }

    private async Task AssertSameDataAsync(GuardedFleet site, params string[] tables)
    {
        var sums = new List<string>();
        foreach (DatabaseNode node in site.Fleet.Nodes)
        {
            var rows = await node.QueryAsync($"CHECKSUM TABLE {string.Join(", ", tables)}");
            sums.Add(string.Join(' ', rows.Select(row => row["Checksum"] ?? "none")));
        }

        output.WriteLine($"checksums: {sums[0]}");
        Assert.DoesNotContain("none", sums[0], StringComparison.Ordinal);
        Assert.All(sums, sum => Assert.Equal(sums[0], sum));
    }

    private static async Task<List<StatusSeen>> StatusesUntilNormalAsync(GuardedFleet site, TruthWatch watch)
    {
        var seen = new List<StatusSeen>();
        await Eventually.HappensAsync(
            "mode normal", Deadline, NormalAsync,
            () => $"{seen[^1].Text} {watch.Last("db2")} {watch.Last("db2")?.Told.Why} {watch.Last("db3")} {watch.Last("db3")?.Told.Why}");
        return seen;

        async Task<bool> NormalAsync()
        {
            seen.Add(await site.StatusAsync());
            return seen[^1].Mode == "normal";
        }
    }

    private static Task AllFreshAsync(GuardedFleet site)
    {
        string report = "";
        return Eventually.HappensAsync("all nodes are fresh", Deadline, FreshAsync, () => report);

        async Task<bool> FreshAsync() => NodeSeen.AllIn(report = await site.FleetReportAsync()).All(node => node.State == "fresh");
    }

    private static Task PassAsync(TruthWatch watch, DateTimeOffset from, TimeSpan time) =>
        Eventually.HappensAsync($"{time.TotalSeconds} s pass", Deadline, () => watch.Last("db1")?.At > from + time);

    private void AssertSmallLag(IReadOnlyList<Observation> seen, double typical, double worst)
    {
        List<double> lags = [.. seen.Select(one => one.Told.LagSeconds ?? double.NaN).Order()];
        output.WriteLine($"  {seen[0].Told.Name}: lag {lags[0]:0.000} to {lags[^1]:0.000} s, median {lags[lags.Count / 2]:0.000} s");
        Assert.InRange(lags[lags.Count / 2], 0, typical);
        Every.One(seen, one => !one.Told.LagIsEstimated && one.Error <= worst);
    }

    private static void NeverFreshWhileLate(IReadOnlyList<Observation> seen) =>
        Every.One(seen, one => one.LeastLag is not { } lag || lag < NeverFreshFrom || one.Told.State != "fresh");

    private void Tell(string when, IReadOnlyList<Observation> seen)
    {
        List<double> errors = [.. seen.Where(one => one.Told.Name != "db1").Select(one => one.Error)];
        output.WriteLine($"{when}: {seen.Count} looks, shown lag up to {seen.Max(one => one.LeastLag)?.TotalSeconds:0.0} s; "
            + $"error of the told lag {errors.Min():0.000} to {errors.Max():0.000} s; states {string.Join(' ', seen.Select(one => one.Told.State).Distinct())}");
    }
}
