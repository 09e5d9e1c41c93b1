namespace ProxyGuard.Core.Replication;

public enum CatchUpState
{
    /// <summary>Nothing is being applied.</summary>
    Stuck,

    CatchingUp,

    /// <summary>Applied slower than written, or not at all though the threads run: openly not catching up.</summary>
    Growing,

    /// <summary>Caught up; the quiet time before reopening runs.</summary>
    Done,
}

/// <summary>How long the catch-up may still take; <see cref="Low"/> ≤ <see cref="Likely"/> ≤ <see cref="High"/>.</summary>
public sealed record Remaining(TimeSpan Low, TimeSpan Likely, TimeSpan High);

/// <summary>What can truly be said about the catch-up. Null always means that it is not known.</summary>
public sealed record CatchUp
{
    public required CatchUpState State { get; init; }

    /// <summary>0 to 100, from a fixed start. 100 only when done.</summary>
    public double? Percent { get; init; }

    public TimeSpan? Behind { get; init; }

    public long? QueueBytes { get; init; }

    /// <summary>How fast the replica applies, over the short window.</summary>
    public double? BytesPerSecond { get; init; }

    public Remaining? Remaining { get; init; }

    /// <summary>
    /// What is shown after <paramref name="farthest"/> percent were: the replica that decides may be another one now, which counts from a
    /// start of its own, or what waits has grown, and the bar must not go back. So it goes forward only while the replica catches up: half
    /// of the first hundred bytes is half, until three hundred megabytes wait behind them. After 100 that did not last there is no number
    /// that would be neither a lie nor a step back: null.
    /// </summary>
    public CatchUp Following(double? farthest) => (State, farthest) switch
    {
        (CatchUpState.Done, _) => this,
        (_, 100) => this with { Percent = null },
        _ when Percent is null || State == CatchUpState.CatchingUp && !(Percent < farthest) => this,
        _ => this with { Percent = farthest ?? 0 },
    };
}
