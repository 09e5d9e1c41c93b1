namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>What ProxyGuard takes from a machine that has other things to do.</summary>
/// <param name="BytesBefore">Some seconds after its start, before any load: it has only asked three nodes, twice a second.</param>
/// <param name="BytesAfter">Just after the load.</param>
/// <param name="IdleProcessor">While it again does nothing but ask, after the load; a part of one core.</param>
internal sealed record Footprint(long BytesBefore, long BytesAfter, double IdleProcessor)
{
    private static readonly TimeSpan Watched = TimeSpan.FromSeconds(10);

    public static async Task<long> BytesWhileProbingAsync(Child process, CancellationToken stop)
    {
        await Task.Delay(Watched, stop);
        return process.ResidentBytes;
    }

    /// <summary>Its processor time is taken after the load: before, most of it is compiling, which happens once.</summary>
    public static async Task<Footprint> AfterLoadAsync(long bytesBefore, Child process, CancellationToken stop)
    {
        long bytesAfter = process.ResidentBytes;
        TimeSpan before = process.ProcessorTime;
        long start = TimeProvider.System.GetTimestamp();
        await Task.Delay(Watched, stop);
        double used = (process.ProcessorTime - before) / TimeProvider.System.GetElapsedTime(start);
        return new Footprint(bytesBefore, bytesAfter, used);
    }
}
