using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>One web server: what is told of it, and what its failures are weighed by. Without a lock: requests pass here.</summary>
internal sealed class WebServer(ClusterState cluster, DestinationState destination, WebServerState state)
{
    private const int SinceLook = 1;
    private const int SinceSuspicion = 2;
    private const int SinceEither = SinceLook | SinceSuspicion;

    private WebServerState _state = state;
    private int _heard;
    private int _isSuspected;
    private int _isLookedAt;
    private long _failures;
    private string? _host;

    /// <summary>That it is out; null when it is not, and has answered since it was.</summary>
    public Outage? Outage;

    public FailureRow Row = FailureRow.Empty;

    /// <summary>Our own questions that found no connection within a second, one after the other.</summary>
    public int Doubts;

    /// <summary>As it was configured when this one was made.</summary>
    public DestinationModel Model { get; } = destination.Model;

    public ClusterState Cluster => cluster;

    public DestinationState Destination => destination;

    public Uri Address { get; } = new(destination.Model.Config.Address);

    public WebServerState State => Volatile.Read(ref _state);

    /// <summary>Requests it did not answer, whatever the cause, since the start.</summary>
    public long Failures => Interlocked.Read(ref _failures);

    /// <summary>
    /// The host of a request that it answered: a request for that host is answered while it serves. Null before the first.
    /// </summary>
    public string? Host => Volatile.Read(ref _host);

    /// <summary>
    /// What it lets through is out of our hands: nothing is said of those in the log, but how many there were since it was said last.
    /// </summary>
    public OncePerMinute Interruptions { get; } = new();

    public OncePerMinute Outages { get; } = new();

    /// <summary>Answers that could not be passed on.</summary>
    public OncePerMinute UnusableAnswers { get; } = new();

    public void Failed() => Interlocked.Increment(ref _failures);

    /// <summary>A member's request was answered. Nearly always that is known, and then nothing is written.</summary>
    public void Heard(HttpContext context)
    {
        if (Volatile.Read(ref _heard) == SinceEither)
            return;
        Volatile.Write(ref _heard, SinceEither);
        if (context.Request.Host.Value is { Length: > 0 } host)
            Volatile.Write(ref _host, host);
    }

    /// <summary>Whether a member's request was answered since the last look.</summary>
    public bool ForgetHeardSinceLook() => (Interlocked.And(ref _heard, ~SinceLook) & SinceLook) != 0;

    public bool ForgetHeardSinceSuspicion() => (Interlocked.And(ref _heard, ~SinceSuspicion) & SinceSuspicion) != 0;

    /// <summary>False when it is suspected already; else <see cref="EndSuspicion"/> follows.</summary>
    public bool TrySuspect() => Interlocked.CompareExchange(ref _isSuspected, 1, 0) == 0;

    public void EndSuspicion() => Volatile.Write(ref _isSuspected, 0);

    public bool TryLook() => Interlocked.CompareExchange(ref _isLookedAt, 1, 0) == 0;

    public void EndLook() => Volatile.Write(ref _isLookedAt, 0);

    /// <summary>Whether that changed something.</summary>
    public bool Become(Func<WebServerState, WebServerState> change)
    {
        while (true)
        {
            WebServerState before = State;
            WebServerState after = change(before);
            if (after == before)
                return false;
            if (Interlocked.CompareExchange(ref _state, after, before) == before)
                return true;
        }
    }
}

/// <summary>That a web server is out, and perhaps asked again already.</summary>
/// <param name="failures">How often it has failed in a row without having answered in between, this time included.</param>
/// <param name="mustAnswer">It comes back when it answers our question; else when it takes connections.</param>
/// <param name="since">When it failed.</param>
internal sealed class Outage(int failures, bool mustAnswer, MonotonicInstant since)
{
    private volatile bool _isOver;

    public int Failures => failures;

    public bool MustAnswer => mustAnswer;

    public MonotonicInstant Since => since;

    /// <summary>It is asked again, and has not answered yet.</summary>
    public bool IsOver
    {
        get => _isOver;
        set => _isOver = value;
    }
}

/// <summary>Something that is told once a minute, with how often it was.</summary>
internal sealed class OncePerMinute
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private long _count;
    private long _toldAt = long.MinValue;

    /// <summary>How often since it was told last, this time included; null when it is not to be told now.</summary>
    public long? Next(TimeProvider time)
    {
        long count = Interlocked.Increment(ref _count);
        long toldAt = Volatile.Read(ref _toldAt);
        long now = time.GetTimestamp();
        if (toldAt != long.MinValue && time.GetElapsedTime(toldAt, now) < Minute
            || Interlocked.CompareExchange(ref _toldAt, now, toldAt) != toldAt)
            return null;
        Interlocked.Add(ref _count, -count);
        return count;
    }
}
