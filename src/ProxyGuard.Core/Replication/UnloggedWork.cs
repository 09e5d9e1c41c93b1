namespace ProxyGuard.Core.Replication;

/// <summary>
/// What an intermediate has applied since its own binlog last grew. Much of it, in many readings, and it passes nothing on.
/// </summary>
/// <param name="Head">Where its own binlog stands still.</param>
/// <param name="Bytes">Of its source's binlog.</param>
/// <param name="Readings">In how many readings the executed position had moved.</param>
internal readonly record struct UnloggedWork(BinlogPosition Head, long Bytes, int Readings)
{
    // A rotated or empty log is some hundred bytes, a transaction on temporary tables alone a few: not so many, ten seconds long.
    private const long ProofBytes = 64 * 1024;
    private const int ProofReadings = 20;

    public bool IsProof => Bytes >= ProofBytes && Readings >= ProofReadings;

    /// <param name="applied">Bytes that were applied since the last reading; null when that is not known.</param>
    public static UnloggedWork? After(UnloggedWork? before, BinlogPosition? head, long? applied)
    {
        if (head is not { } at)
            return null;
        if (before is not { } standing || standing.Head != at)
            return new UnloggedWork(at, 0, 0);
        return applied is > 0 and long bytes
            ? standing with { Bytes = standing.Bytes + bytes, Readings = standing.Readings + 1 }
            : standing;
    }
}
