using System.Collections.Concurrent;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Storm;

/// <summary>A time in which a replica applied nothing.</summary>
/// <param name="Server">Its server_id.</param>
/// <param name="MayLag">For so long it still counts as fresh.</param>
internal sealed record Outage(string What, long Server, TimeSpan MayLag, DateTimeOffset From, DateTimeOffset Until);

/// <summary>
/// One replica at a time stops or is held back, and one web server at a time is killed, at random; all of it is mended again.
/// </summary>
internal sealed class Disturbances(StormSite site)
{
    public ConcurrentQueue<Outage> Outages { get; } = new();

    /// <summary>The moments just before web servers were killed.</summary>
    public ConcurrentQueue<DateTimeOffset> Kills { get; } = new();

    /// <summary>Returns when everything is mended.</summary>
    public Task DisturbAsync(CancellationToken over) => Task.WhenAll(DisturbReplicasAsync(over), KillWebServersAsync(over));

    private async Task DisturbReplicasAsync(CancellationToken over)
    {
        // The same every time; what happens at the same moment is chance enough.
        var chance = new Random(20);
        while (!over.IsCancellationRequested)
        {
            DatabaseNode replica = site.Guarded.Fleet.Replicas[chance.Next(site.Guarded.Fleet.Replicas.Count)];
            await (
                chance.Next(3) == 0 ? HoldBackAsync(replica, Between(chance, 4_000, 7_000), over)
                    : StopAsync(replica, Between(chance, 50, 4_000), over));
            await site.WaitUntilFreshAsync();
            await PauseAsync(Between(chance, 100, 2_000), over);
        }
    }

    private async Task StopAsync(DatabaseNode replica, TimeSpan howLong, CancellationToken over)
    {
        ServerWords words = replica.Kind.Words;
        await replica.ExecuteAsync($"{words.Stop} SQL_THREAD", CancellationToken.None);
        DateTimeOffset from = DateTimeOffset.UtcNow;
        await PauseAsync(howLong, over);
        Outages.Enqueue(new Outage("stopped", replica.ServerId, TimeSpan.Zero, from, DateTimeOffset.UtcNow));
        await replica.ExecuteAsync($"{words.Start} SQL_THREAD", CancellationToken.None);
    }

    // Both threads say Yes: only the lag tells.
    private async Task HoldBackAsync(DatabaseNode replica, TimeSpan howLong, CancellationToken over)
    {
        await site.Guarded.Faults.HoldBackAsync(replica);
        DateTimeOffset from = DateTimeOffset.UtcNow;
        await PauseAsync(howLong, over);
        Outages.Enqueue(new Outage("held back", replica.ServerId, StormSite.MayLag, from, DateTimeOffset.UtcNow));
        await site.Guarded.Faults.LetGoAsync();
    }

    private async Task KillWebServersAsync(CancellationToken over)
    {
        var chance = new Random(21);
        while (!over.IsCancellationRequested)
        {
            await PauseAsync(Between(chance, 500, 3_000), over);
            // One after the other, so that each has its turn also in a short storm.
            WebServerProcess server = site.WebServers[Kills.Count % site.WebServers.Count];
            Kills.Enqueue(DateTimeOffset.UtcNow);
            await server.KillAsync();
            await PauseAsync(Between(chance, 0, 1_500), over);
            await server.StartAsync();
        }
    }

    private static TimeSpan Between(Random chance, int least, int most) => TimeSpan.FromMilliseconds(chance.Next(least, most));

    private static Task PauseAsync(TimeSpan pause, CancellationToken over) =>
        Task.Delay(pause, over).ContinueWith(_ => { }, TaskScheduler.Default);
}
