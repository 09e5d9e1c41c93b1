using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Benchmarks.Probing;

/// <summary>
/// What watching ten nodes costs the process that does it: each asked twice a second, the primary's head nine times more, and all of it
/// folded into the fleet's state. Processor time, garbage, and memory that does not come back.
/// </summary>
internal static class ProbingRun
{
    private const int Probes = 10;

    // More patience than a site has: a busy machine must not make us measure reconnecting.
    private static readonly ProbeRules Rules = new() { Interval = TimeSpan.FromMilliseconds(500), Timeout = TimeSpan.FromSeconds(10) };

    // Most of the first seconds is compiling, which happens once.
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    /// <param name="directory">An empty one for the servers' data; the caller removes it.</param>
    /// <param name="watched">How long the probes are measured.</param>
    public static async Task<int> RunAsync(string directory, TimeSpan watched, TextWriter output, CancellationToken stop)
    {
        // As ProxyGuard itself does: without it, most of the cost is threads that spin for the next answer.
        InlineCompletions.Prefer();
        await using ReplicationFleet fleet = await ReplicationFleet.StartAsync(directory, replicaCount: 1, stop: stop);
        // One is the primary; the one replica stands for all the others.
        INodeProbe[] probes =
            [.. Enumerable.Range(0, Probes).Select(number => ProbeOf(fleet.Nodes[Math.Min(number, 1)], fleet.Accounts.Guard))];
        var watch = new Watch(probes);
        await watch.GoOnAsync(WarmUp, stop);
        Cost before = Cost.Now();
        int asked = await watch.GoOnAsync(watched, stop);
        await output.WriteLineAsync(Describe(Cost.Now().Since(before), asked));
        foreach (INodeProbe probe in probes)
            await probe.DisposeAsync();
        return 0;
    }

    private static MySqlNodeProbe ProbeOf(DatabaseNode node, Account guard) =>
        new(
            node.Name, new NodeSessions(node.ConnectionString(guard), keepsSide: false, TimeProvider.System), Rules, TimeProvider.System,
            NullLogger.Instance);

    private sealed class Watch(INodeProbe[] probes)
    {
        private readonly GuardClock _clock = new(TimeProvider.System);
        private FleetSnapshot _fleet = FleetSnapshot.Before(
            new FleetRules(
                [.. Enumerable.Range(1, Probes).Select(NodeOf)],
                new FreshnessRules
                {
                    MaxLag = TimeSpan.FromSeconds(5),
                    ReturnBelow = TimeSpan.FromSeconds(2),
                    BehindAfter = 3,
                    FreshAfter = 3
                }),
            MonotonicInstant.At(0));

        /// <returns>How many readings there were.</returns>
        public async Task<int> GoOnAsync(TimeSpan howLong, CancellationToken stop)
        {
            int asked = 0;
            int heads = 0;
            using var tick = new PeriodicTimer(Rules.HeadInterval);
            for (MonotonicInstant began = _clock.Now; _clock.Now - began < howLong; await tick.WaitForNextTickAsync(stop))
            {
                MonotonicInstant now = _clock.Now;
                if (heads++ < Rules.Interval / Rules.HeadInterval - 1)
                {
                    probes[0].SampleHead(now);
                    continue;
                }

                NodeReading[] readings = await Task.WhenAll(probes.Select(probe => probe.ReadAsync(now, stop)));
                if (readings.OfType<NodeReading.Silent>().FirstOrDefault() is { } silent)
                    throw new MeasuringException($"a node did not answer: {silent.Text}");
                _fleet = _fleet.Next([.. readings], _clock.Now);
                asked += readings.Length;
                heads = 0;
            }

            return asked;
        }

        private static NodeRules NodeOf(int number) =>
            new()
            {
                Name = $"db{number}",
                Role = number == 1 ? NodeRole.Primary : NodeRole.Replica,
                Host = "127.0.0.1",
                Port = number,
                ServesReads = number > 1
            };
    }

    private static string Describe(Cost cost, int asked) => string.Create(CultureInfo.InvariantCulture, $"""
        Asking {Probes} nodes every {Rules.Interval.TotalMilliseconds:0} ms, {asked} readings in {cost.Elapsed.TotalSeconds:0} s:
          processor       {cost.Processor / cost.Elapsed:P2} of one core (target: 1 %)
          per reading     {cost.Processor.TotalMilliseconds / asked:0.000} ms of processor time (target: 0.5 ms), {cost.Allocated / asked:N0} bytes allocated
          kept            {cost.Kept:N0} bytes more than before (target: nothing that grows)
        """);

    private readonly record struct Cost(TimeSpan Elapsed, TimeSpan Processor, long Allocated, long Kept)
    {
        public static Cost Now()
        {
            long kept = GC.GetTotalMemory(forceFullCollection: true);
            return new Cost(
                TimeProvider.System.GetElapsedTime(0), Environment.CpuUsage.TotalTime, GC.GetTotalAllocatedBytes(precise: true), kept);
        }

        public Cost Since(Cost before) =>
            new(Elapsed - before.Elapsed, Processor - before.Processor, Allocated - before.Allocated, Kept - before.Kept);
    }
}
