namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>What ProxyGuard takes from a machine that has other things to do.</summary>
/// <param name="IdleProcessor">While it only asks three nodes twice a second; a part of one core.</param>
internal sealed record Footprint(double IdleProcessor, long IdleBytes, long BytesAfterLoad)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    // The first probes are compiled, which says nothing about the thousandth.
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(3);

    /// <summary>Before any load; <see cref="BytesAfterLoad"/> is to be filled in.</summary>
    public static async Task<Footprint> WhileIdleAsync(Child process, CancellationToken stop)
    {
        await Task.Delay(Settling, stop);
        TimeSpan before = process.ProcessorTime;
        long start = TimeProvider.System.GetTimestamp();
        await Task.Delay(Watched, stop);
        double used = (process.ProcessorTime - before) / TimeProvider.System.GetElapsedTime(start);
        return new Footprint(used, process.ResidentBytes, BytesAfterLoad: 0);
    }
}
