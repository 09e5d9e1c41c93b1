using System.Globalization;
using System.Net.Http.Json;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Time;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Storage;

/// <summary>
/// ProxyGuard is started again in the middle of an incident: what positions stood for must still be known, or be known to be unknown.
/// </summary>
public sealed class RestartTests : IDisposable
{
    private static readonly DateTimeOffset Evening = new(2026, 11, 22, 20, 0, 0, TimeSpan.Zero);

    private static readonly Uri Maintenance = new("/api/v1/maintenance", UriKind.Relative);

    private readonly string _home = Directory.CreateTempSubdirectory("proxyguard-restart-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    // An hour passes between the two runs. The machine's own clock knows it; the time of day may say anything.
    [Theory]
    [InlineData(0)]
    [InlineData(+1)]
    [InlineData(-1)]
    [InlineData(-3)]
    public async Task The_lag_of_a_long_backlog_survives_a_restart_despite_clock_steps(int hoursStepped)
    {
        await StopAfterAsync(TimeSpan.FromHours(17), Machine("one", TimeSpan.FromDays(2)));

        await using GuardedSite site = await ResumeAsync(
            Evening + TimeSpan.FromHours(18 + hoursStepped), Machine("one", TimeSpan.FromDays(2) + TimeSpan.FromHours(1)));

        AssertLag(site, TimeSpan.FromHours(18));
    }

    [Fact]
    public async Task The_wall_clock_is_used_after_a_reboot_if_it_is_plausible()
    {
        await StopAfterAsync(TimeSpan.FromHours(17), Machine("one", TimeSpan.FromDays(2)));

        await using GuardedSite site = await ResumeAsync(Evening + TimeSpan.FromHours(18), Machine("two", TimeSpan.FromMinutes(5)));

        AssertLag(site, TimeSpan.FromHours(18));
    }

    [Fact]
    public async Task A_clock_set_back_across_a_reboot_makes_the_lag_unknown_never_zero()
    {
        await StopAfterAsync(TimeSpan.FromHours(17), Machine("one", TimeSpan.FromDays(2)));

        await using GuardedSite site = await ResumeAsync(Evening + TimeSpan.FromHours(17), Machine("two", TimeSpan.FromMinutes(30)));

        Assert.All(site.View.Fleet.ReadReplicas, node => Assert.Null(node.LagAt(site.View.At)));
        Assert.All(site.View.Fleet.ReadReplicas, node => Assert.NotEqual(NodeHealth.Fresh, node.Health));
    }

    [Fact]
    public async Task A_hold_keeps_its_start_time_across_a_restart()
    {
        await using (GuardedSite site = await GuardedSite.StartAsync(_home, startsAt: Evening))
        {
            await site.TickAsync(3);
            using HttpResponseMessage put = await site.Management.PutAsJsonAsync(Maintenance, new { mode = "read-only" });
            put.EnsureSuccessStatusCode();
        }

        await using GuardedSite again = await GuardedSite.StartAsync(_home, startsAt: Evening.AddHours(3));
        await again.TickAsync(3);

        DateTimeOffset since = (await again.StatusAsync()).GetProperty("since").GetDateTimeOffset();
        Assert.InRange(since, Evening, Evening.AddMinutes(1));
    }

    [Theory]
    [InlineData(+1)]
    [InlineData(-1)]
    public async Task A_step_of_the_system_clock_does_not_change_the_lag(int hours)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        await site.TickAsync(20, bytesWritten: 100);
        TimeSpan before = site.View.Fleet.ReadReplicas.First().LagAt(site.View.At)!.Value;

        site.Time.Step(TimeSpan.FromHours(hours));
        await site.TickAsync(2, bytesWritten: 100);

        Assert.All(site.View.Fleet.ReadReplicas, node => Assert.Equal(before + TimeSpan.FromSeconds(1), node.LagAt(site.View.At)));
        DateTimeOffset asOf = DateTimeOffset.Parse(
            (await site.StatusAsync()).GetProperty("asOf").GetString()!, CultureInfo.InvariantCulture);
        Assert.InRange(site.Time.GetUtcNow() - asOf, before, before + TimeSpan.FromSeconds(3));
    }

    [Fact]
    public async Task The_percentage_never_falls_across_a_restart()
    {
        double before;
        await using (GuardedSite first = await GuardedSite.StartAsync(_home, startsAt: Evening))
        {
            await first.TickAsync(3, bytesWritten: 100);
            await first.StopReplicasAsync();
            await first.TickAsync(20, bytesWritten: 100);
            first.Fleet["db2"].SqlError = null;
            first.Fleet["db2"].StoppedAt += 500;
            await first.TickAsync();
            first.Fleet["db2"].StoppedAt += 1_000;
            await first.TickAsync();
            before = (await first.StatusAsync()).GetProperty("catchUp").GetProperty("percent").GetDouble();
            await first.StopAsync();
        }

        // Written past us meanwhile: what waits has grown.
        await using GuardedSite site = await ResumeAsync(Evening + TimeSpan.FromMinutes(1), Machine("one", TimeSpan.FromDays(2)));

        Assert.InRange(before, 50, 99);
        Assert.InRange((await site.StatusAsync()).GetProperty("catchUp").GetProperty("percent").GetDouble(), before, 99.9);
    }

    [Fact]
    public async Task A_day_of_timelines_for_three_nodes_takes_less_than_five_megabytes_on_disk()
    {
        await using (GuardedSite site = await GuardedSite.StartAsync(_home))
        {
            for (int tick = 0; tick < 8_640; tick++)
            {
                site.Time.Advance(TimeSpan.FromSeconds(9.5));
                await site.TickAsync(1, bytesWritten: 123_456);
            }

            await site.TickAsync(1_300, bytesWritten: 123_456);
            await site.StopAsync();
        }

        Assert.InRange(new FileInfo(Path.Combine(_home, "state", "replication.json")).Length, 100_000, 5_000_000);
    }

    /// <summary>
    /// All is well, then both replicas stop; the site is written to every half a minute, and ProxyGuard ends after
    /// <paramref name="backlog"/>.
    /// </summary>
    private async Task StopAfterAsync(TimeSpan backlog, BootClock boot)
    {
        await using GuardedSite site = await GuardedSite.StartAsync(_home, startsAt: Evening, boot: boot);
        await site.TickAsync(3, bytesWritten: 100);
        await site.StopReplicasAsync();
        for (TimeSpan passed = TimeSpan.Zero; passed < backlog; passed += TimeSpan.FromSeconds(30))
        {
            site.Time.Advance(TimeSpan.FromSeconds(29.5));
            await site.TickAsync(1, bytesWritten: 100);
        }

        await site.StopAsync();
    }

    /// <summary>The replicas still stand where they stood, and the primary goes on.</summary>
    private async Task<GuardedSite> ResumeAsync(DateTimeOffset at, BootClock boot)
    {
        GuardedSite site = await GuardedSite.StartAsync(_home, startsAt: at, boot: boot);
        site.Fleet.Head = 10_000_000;
        foreach (string replica in (string[])["db2", "db3"])
        {
            site.Fleet[replica].StopApplying();
            site.Fleet[replica].StoppedAt = 1_400;
        }

        await site.TickAsync(3, bytesWritten: 100);
        return site;
    }

    private static void AssertLag(GuardedSite site, TimeSpan expected) => Assert.All(site.View.Fleet.ReadReplicas, node =>
    {
        Assert.False(node.IsEstimated);
        Assert.InRange(node.LagAt(site.View.At)!.Value, expected - TimeSpan.FromSeconds(5), expected + TimeSpan.FromSeconds(60));
    });

    private BootClock Machine(string start, TimeSpan uptime)
    {
        string proc = Path.Combine(_home, "proc");
        Directory.CreateDirectory(Path.Combine(proc, "sys/kernel/random"));
        File.WriteAllText(Path.Combine(proc, "sys/kernel/random/boot_id"), start + "\n");
        File.WriteAllText(Path.Combine(proc, "uptime"), string.Create(CultureInfo.InvariantCulture, $"{uptime.TotalSeconds:0.00} 12.34\n"));
        return new BootClock(proc);
    }
}
