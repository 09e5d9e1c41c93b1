using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>
/// Holds the current view. One reference is swapped whole; a reader gets it as of now, so an old one is never taken for current.
/// </summary>
internal sealed class GuardBoard(GuardClock clock)
{
    private Posting? _posting;

    // In ticks of the clock's own time; of several writes at the same moment one gets it.
    private long _lastTrial = TimeSpan.FromDays(-1).Ticks;

    public GuardView View => Current.View;

    /// <summary>The current view with one of the verdicts on it; allocates nothing.</summary>
    /// <param name="method">As sent.</param>
    public GuardDecision Decide(RequestKind kind, string method)
    {
        Decisions current = Current;
        return RequestPolicy.Decide(kind, current.View, kind == RequestKind.Pass && RequestRules.IsSafe(method)) switch
        {
            Verdict.Read => current.Read,
            Verdict.Write => current.Write,
            Verdict.Refuse => kind == RequestKind.Write && TakesTrial(current.View) ? current.Trial : current.Refuse(kind, method),
            var verdict => throw new System.Diagnostics.UnreachableException($"verdict {verdict}"),
        };
    }

    private bool TakesTrial(GuardView view)
    {
        if (!view.LetsTrialsIn)
            return false;
        MonotonicInstant now = clock.Now;
        long last = Interlocked.Read(ref _lastTrial);
        MonotonicInstant earliest = MonotonicInstant.Later(
            new MonotonicInstant(TimeSpan.FromTicks(last)), view.Stalls.Stall!.Since)!.Value + StallWatch.TrialInterval;
        return now >= earliest && Interlocked.CompareExchange(ref _lastTrial, now.SinceStart.Ticks, last) == last;
    }

    public void Post(GuardView view) =>
        Volatile.Write(ref _posting, new Posting(view.ExpiresAt, new Decisions(view), new Decisions(view.WhenExpired ?? view)));

    private Decisions Current
    {
        get
        {
            Posting posting = Volatile.Read(ref _posting) ?? throw new InvalidOperationException("nothing was posted yet");
            return clock.Now < posting.ExpiresAt ? posting.Current : posting.Expired;
        }
    }

    private sealed record Posting(MonotonicInstant ExpiresAt, Decisions Current, Decisions Expired);

    private sealed class Decisions(GuardView view)
    {
        private readonly GuardDecision _refuseWrite = GuardDecision.Refuse(view, RefusalReason.WriteRefused);
        private readonly GuardDecision _refuseLook = GuardDecision.Refuse(view, RefusalReason.Maintenance);

        public GuardView View { get; } = view;

        public GuardDecision Read { get; } = GuardDecision.Read(view);

        public GuardDecision Write { get; } = GuardDecision.Write(view);

        public GuardDecision Trial { get; } = GuardDecision.Trial(view);

        public GuardDecision Refuse(RequestKind kind, string method) =>
            RequestPolicy.ReasonOf(kind, View, RequestRules.IsSafe(method)) == RefusalReason.Maintenance ? _refuseLook : _refuseWrite;
    }
}
