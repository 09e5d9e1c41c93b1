using ProxyGuard.Core.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>What is measured is the memory of the whole process: nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public static class Alone;

[Collection(nameof(Alone))]
public class TimelineMemoryTests
{
    [Fact]
    public void A_day_of_dense_samples_needs_less_than_five_megabytes()
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        Timeline timeline = Timeline.Start(new ServerId(1, null));
        const int Dense = 700;
        // What is older than ten minutes is thinned to one in ten seconds anyway.
        for (int second = 0; second < 86_400 - Dense; second += 10)
            timeline = timeline.With(timeline.Server, new TimelineEntry(MonotonicInstant.At(second), At(second)));
        for (int sample = 0; sample < Dense * 20; sample++)
            timeline = timeline.With(
                timeline.Server, new TimelineEntry(MonotonicInstant.At(86_400 - Dense + sample / 20.0), At(86_400 + sample)));

        long bytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(timeline);
        Assert.InRange(bytes, 100_000, 5_000_000);
    }
}
