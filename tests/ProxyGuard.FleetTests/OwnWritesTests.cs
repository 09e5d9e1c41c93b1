using System.Net;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>Members write and look at once, while one replica after the other stops, starts and comes late.</summary>
public sealed class OwnWritesTests(FleetHome home, ITestOutputHelper output)
{
    private const int MembersAtOnce = 8;

    /// <param name="Pairs">A write that was accepted, and the read right after it.</param>
    /// <param name="Missed">Pages without the member's own comment that claimed to be current.</param>
    /// <param name="Labelled">Pages that said how old they are.</param>
    /// <param name="Failed">Answers that were neither.</param>
    private sealed record Tally(int Pairs, int Missed, int Labelled, int Failed);

    [Fact]
    public Task Nobody_misses_what_they_wrote_while_replicas_stop_and_start() => WatchAsync(TimeSpan.FromSeconds(20), leastPairs: 500);

    [Fact(Explicit = true)]
    public Task Nobody_misses_what_they_wrote_for_five_minutes() => WatchAsync(TimeSpan.FromMinutes(5), leastPairs: 20_000);

    [Fact]
    public async Task Without_marks_some_do()
    {
        Tally tally = await RunAsync(TimeSpan.FromSeconds(10), """{ "OwnWrites": false }""");

        output.WriteLine($"{tally}");
        Assert.True(tally.Missed > 0, $"{tally}: the fleet is too fast to show what marks are for");
    }

    private async Task WatchAsync(TimeSpan howLong, int leastPairs)
    {
        Tally tally = await RunAsync(howLong, "{}");

        output.WriteLine($"{tally}");
        Assert.Equal((0, 0), (tally.Missed, tally.Failed));
        Assert.True(tally.Pairs >= leastPairs, $"only {tally}");
    }

    private async Task<Tally> RunAsync(TimeSpan howLong, string reads)
    {
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip());
        await site.KillGuardAsync();
        site.Configuration = site.Configuration with { Reads = reads };
        await site.StartGuardAsync();
        await site.WaitForModeAsync("normal", TimeSpan.FromSeconds(30));

        using var over = new CancellationTokenSource(howLong);
        Task faults = DisturbAsync(site.Fleet, over.Token);
        Tally[] tallies = await Task.WhenAll(Enumerable.Range(1, MembersAtOnce).Select(photo => WriteAndLookAsync(site.Http, photo, over.Token)));
        await faults;
        return tallies.Aggregate((one, other) => new Tally(one.Pairs + other.Pairs, one.Missed + other.Missed, one.Labelled + other.Labelled, one.Failed + other.Failed));
    }

    /// <summary>One replica at a time, so that the site stays open.</summary>
    private static async Task DisturbAsync(ReplicationFleet fleet, CancellationToken over)
    {
        // The same every time; what happens at the same moment is chance enough.
        var chance = new Random(20);
        ServerWords words = fleet.Primary.Kind.Words;
        while (!over.IsCancellationRequested)
        {
            DatabaseNode replica = fleet.Replicas[chance.Next(fleet.Replicas.Count)];
            await replica.ExecuteAsync($"{words.Stop} SQL_THREAD", CancellationToken.None);
            await PauseAsync(TimeSpan.FromMilliseconds(chance.Next(50, 2_500)), over);
            await replica.ExecuteAsync($"{words.Start} SQL_THREAD", CancellationToken.None);
            await PauseAsync(TimeSpan.FromMilliseconds(chance.Next(500, 3_000)), over);
        }
    }

    private static async Task PauseAsync(TimeSpan pause, CancellationToken over) => await Task.Delay(pause, over).ContinueWith(_ => { }, TaskScheduler.Default);

    private static async Task<Tally> WriteAndLookAsync(HttpClient http, int photo, CancellationToken over)
    {
        var tally = new Tally(0, 0, 0, 0);
        string mark = "";
        while (!over.IsCancellationRequested)
        {
            string token = $"token-{Guid.NewGuid():N}";
            using var form = new FormUrlEncodedContent([new("text", token)]);
            using var write = new HttpRequestMessage(HttpMethod.Post, $"/photos/{photo}/comments") { Content = form };
            write.Headers.Add("Cookie", $"member=anna; {mark}");
            using HttpResponseMessage written = await http.SendAsync(write, CancellationToken.None);
            if (written.StatusCode != HttpStatusCode.SeeOther)
            {
                tally = tally with { Failed = tally.Failed + 1 };
                continue;
            }

            mark = written.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies) ? cookies.Last().Split(';')[0] : mark;
            using var look = new HttpRequestMessage(HttpMethod.Get, $"/photos/{photo}");
            look.Headers.Add("Cookie", $"member=anna; {mark}");
            using HttpResponseMessage page = await http.SendAsync(look, CancellationToken.None);
            tally = Counted(tally, page, shows: (await page.Content.ReadAsStringAsync(CancellationToken.None)).Contains(token, StringComparison.Ordinal));
        }

        return tally;
    }

    private static Tally Counted(Tally tally, HttpResponseMessage page, bool shows)
    {
        tally = tally with { Pairs = tally.Pairs + 1 };
        if (page.StatusCode != HttpStatusCode.OK)
            return tally with { Failed = tally.Failed + 1 };
        if (page.Headers.Contains("X-ProxyGuard-As-Of"))
            return tally with { Labelled = tally.Labelled + 1 };
        return shows ? tally : tally with { Missed = tally.Missed + 1 };
    }
}
