namespace ProxyGuard.Core.Routing;

/// <summary>
/// At most one retry for every ten requests, and a reserve for the moment in which a web server goes: requests that are in flight then
/// fail together. Without a bound, retries would double the load of a site that is failing already.
/// </summary>
public sealed class RetryBudget
{
    /// <summary>Retries at once, after a time without any.</summary>
    public const int Reserve = 100;

    private const int RequestsPerRetry = 10;
    private const int Most = Reserve * RequestsPerRetry;

    private int _saved = Most;
    private long _spent;

    /// <summary>Retries since the start.</summary>
    public long Spent => Interlocked.Read(ref _spent);

    /// <summary>A request passed.</summary>
    public void Save()
    {
        // Nearly always full, and then nothing is written that another thread would have to read again. A little too much or too little
        // does no harm.
        if (Volatile.Read(ref _saved) < Most)
            Interlocked.Increment(ref _saved);
    }

    /// <summary>Whether there is one more retry.</summary>
    public bool TrySpend()
    {
        if (Interlocked.Add(ref _saved, -RequestsPerRetry) < 0)
        {
            Interlocked.Add(ref _saved, RequestsPerRetry);
            return false;
        }

        Interlocked.Increment(ref _spent);
        return true;
    }
}
