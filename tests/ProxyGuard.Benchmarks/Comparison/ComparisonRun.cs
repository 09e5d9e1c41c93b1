using ProxyGuard.Benchmarks.Verdicts;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>One run: the verdict in this process, then the proxies as processes of their own, then the table.</summary>
internal static class ComparisonRun
{
    private const int Measured = 0;
    private const int NotMeasured = 1;

    // Twice what it should take: something hangs that has no deadline of its own.
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(12);

    public static async Task<int> RunAsync(ComparisonSettings settings, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
        deadline.CancelAfter(Deadline);
        try
        {
            await errors.WriteLineAsync("Measuring one verdict ...");
            IReadOnlyDictionary<string, Cost> verdicts = VerdictCosts.Measure(settings.Directory);
            Cores cores = settings.IsPinned ? Cores.Split() : Cores.Shared;
            (Rounds rounds, Footprint footprint) = await CompareAsync(settings, cores, errors, deadline.Token);
            await output.WriteLineAsync(new Table(settings.Pace, cores, rounds, footprint, verdicts).ToString());
            return Measured;
        }
        catch (Exception e) when (e is MeasuringException or FleetException or TimeoutException)
        {
            await errors.WriteLineAsync(e.Message);
        }
        catch (OperationCanceledException)
        {
            await errors.WriteLineAsync(stop.IsCancellationRequested ? "Interrupted." : $"Not done within {Deadline}.");
        }

        return NotMeasured;
    }

    private static async Task<(Rounds Rounds, Footprint Footprint)> CompareAsync(
        ComparisonSettings settings, Cores cores, TextWriter errors, CancellationToken stop)
    {
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        await errors.WriteLineAsync("Starting three database nodes, three web servers and the proxies ...");
        await using Lineup lineup = await Lineup.StartAsync(settings, cores, stop);

        Contestant guard = lineup.AddProxyGuard(isInline: true);
        await guard.WaitUntilReadyAsync(http, stop);
        long bytesBefore = await Footprint.BytesWhileProbingAsync(guard.Process, stop);

        lineup.AddYarp(isInline: false);
        lineup.AddNginx();
        if (settings.Pace.BothWays)
        {
            lineup.AddProxyGuard(isInline: false);
            lineup.AddYarp(isInline: true);
        }

        foreach (Contestant contestant in lineup.Contestants)
            await contestant.WaitUntilReadyAsync(http, stop);
        await errors.WriteLineAsync($"Measuring {settings.Pace.Rounds} rounds: {cores} ...");
        Rounds rounds = await Rounds.RunAsync(lineup.Contestants, new Wrk(settings.Directory, cores), settings.Pace, http, stop);
        return (rounds, await Footprint.AfterLoadAsync(bytesBefore, guard.Process, stop));
    }
}
