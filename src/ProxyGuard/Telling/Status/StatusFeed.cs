using System.Text;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Upstreams;

namespace ProxyGuard.Telling.Status;

/// <summary>One thing that was said: the document, its JSON, and the same as an event; made once and sent to everybody.</summary>
internal sealed record StatusEdition(StatusDocument Document, byte[] Json, byte[] Event)
{
    public static StatusEdition Of(StatusDocument document)
    {
        byte[] json = StatusJson.Render(document);
        byte[] head = Encoding.ASCII.GetBytes($"id: {document.Revision}\ndata: ");
        return new StatusEdition(document, json, [.. head, .. json, .. "\n\n"u8]);
    }
}

/// <summary>The status for members now, made once per tick and shared by all requests; wakes the listeners.</summary>
internal sealed class StatusFeed : IGuardListener
{
    private readonly GuardClock _clock;
    private readonly GuardBoard _guard;
    private readonly WebServersBoard _web;
    private readonly Lock _lock = new();

    // Grows over restarts too: a start is later than the one before by more milliseconds than that one made revisions.
    private long _revision;
    private GuardView? _view;
    private WebServersSeen? _seen;
    private StatusEdition? _edition;
    private TaskCompletionSource _next = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public StatusFeed(GuardClock clock, GuardBoard guard, WebServersBoard web)
    {
        (_clock, _guard, _web) = (clock, guard, web);
        web.Posted += () => Tell(guard.View);
        _revision = clock.UtcNow.ToUnixTimeMilliseconds();
    }

    /// <summary>The status now.</summary>
    public StatusEdition Current => Edition(_guard.View);

    /// <summary>The status for <paramref name="view"/>, which is the board's view as of now.</summary>
    public StatusEdition Edition(GuardView view)
    {
        lock (_lock)
            return ReferenceEquals(view, _view) && ReferenceEquals(_web.Seen, _seen) ? _edition! : Publish_UnderLock(view);
    }

    /// <summary>Completes when something new is said.</summary>
    public Task Next
    {
        get
        {
            lock (_lock)
                return _next.Task;
        }
    }

    public void Posted(GuardView before, GuardView after) => Tell(after);

    private void Tell(GuardView view)
    {
        lock (_lock)
            Publish_UnderLock(view);
    }

    private StatusEdition Publish_UnderLock(GuardView view)
    {
        WebServersSeen seen = _web.Seen;
        StatusDocument document = StatusDocument.Of(view.Rules.Site.Name, view, seen, _clock) with { Revision = _revision };
        bool isNews = _edition is null || !SaysTheSame(_edition.Document, document);
        if (isNews)
            document = document with { Revision = ++_revision };
        (_view, _seen) = (view, seen);
        _edition = StatusEdition.Of(document);
        // Whether a tick or a request brought the news first: the listeners hear of it. They go on elsewhere, not under the lock.
        if (isNews)
        {
            TaskCompletionSource heard = _next;
            _next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            heard.SetResult();
        }

        return _edition;
    }

    // Compared is what people read; times of day of the same moment may differ by a rounding.
    private static bool SaysTheSame(StatusDocument one, StatusDocument other) =>
        one.Site == other.Site && one.Mode == other.Mode && one.Cause == other.Cause && one.Observed == other.Observed
            && one.CatchUp == other.CatchUp
            && one.IsCurrent == other.IsCurrent && one.Reach == other.Reach
        && Same(one.AsOf, other.AsOf) && Same(one.Since, other.Since) && one.EndsAt == other.EndsAt
        && one.Message.SequenceEqual(other.Message);

    private static bool Same(DateTimeOffset? one, DateTimeOffset? other) =>
        one is null ? other is null : other is not null && (one - other).Value.Duration() < TimeSpan.FromMilliseconds(500);
}
