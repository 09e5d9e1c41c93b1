using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Guarding;

/// <summary>What goes into Retry-After (RFC 9110, section 10.2.3): the estimate and some, in bounds.</summary>
public static class RetryAdvice
{
    /// <summary>Said when there is no estimate.</summary>
    public static readonly TimeSpan Unknown = TimeSpan.FromSeconds(120);

    /// <summary>Said while web servers do not answer: one that is started again takes about that long.</summary>
    public static readonly TimeSpan WebServers = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(600);
    private const double Patience = 1.25;

    private const double ReconnectsPerSecond = 200;
    private const double LeastReconnectSeconds = 4;
    private const double MostReconnectSeconds = 60;

    internal static TimeSpan For(CatchUp? catchUp, bool isHeld, Incident? incident, MonotonicInstant now, ReadOnlyRules rules)
    {
        if (isHeld)
            return Unknown;
        if (incident?.CalmSince is { } calmSince)
            return Clamp(rules.ReopenAfter - (now - calmSince));
        return catchUp?.Remaining is { } remaining ? Clamp(remaining.Likely * Patience + rules.ReopenAfter) : Unknown;
    }

    /// <summary>The same for a hold whose end is known.</summary>
    public static TimeSpan Until(DateTimeOffset end, DateTimeOffset utcNow) => Clamp(end - utcNow);

    /// <summary>Spread by up to a fifth, so that those who were refused together do not come back together.</summary>
    /// <param name="dice">0 inclusive to 1 exclusive.</param>
    public static TimeSpan Spread(TimeSpan advice, double dice) => advice * (1 + dice / 5);

    /// <summary>
    /// When a page comes back whose stream of events broke: no sooner than two seconds, and all of them over a time that grows with their
    /// number, so that after a restart no more than some two hundred a second arrive.
    /// </summary>
    /// <param name="streams">How many pages listen, with this one; at least 1.</param>
    /// <param name="dice">0 inclusive to 1 exclusive.</param>
    public static TimeSpan Reconnect(long streams, double dice)
    {
        double seconds = Math.Clamp(streams / ReconnectsPerSecond, LeastReconnectSeconds, MostReconnectSeconds);
        return TimeSpan.FromSeconds(2 + seconds * dice);
    }

    private static TimeSpan Clamp(TimeSpan span) => span < Shortest ? Shortest : span > Longest ? Longest : span;
}
