using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Telling.Refusals;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// A request's body on its way to a web server, which may answer before it has all of it: that it is too large, or where to log in. .NET's
/// HTTP client looks for an answer only when everything is sent. So the connection looks ahead (<see cref="UploadConnection"/>), and once
/// there is an answer that does not want the rest, the body is over for the client (<see cref="UploadBody"/>).
/// </summary>
#pragma warning disable CA1001 // Of the source nothing has to be disposed: it has no timer and no wait handle.
internal sealed class Upload
#pragma warning restore CA1001
{
    // What is announced is handed over to its end even when nothing of it is sent any more; whoever announces more than is ever thrown away
    // must not keep us busy with that.
    private const long MostBytes = UnwantedBody.MostBytes;

    private static readonly AsyncLocal<Upload?> Flowing = new();

    private readonly CancellationTokenSource _answered = new();
    private volatile State _state;

    private enum State
    {
        Sending,
        Sent,
        Answered,
    }

    /// <summary>
    /// The one that this flow of execution sends. A connection is not told by the HTTP client whose request it writes.
    /// </summary>
    public static Upload? Current
    {
        get => Flowing.Value;
        set => Flowing.Value = value;
    }

    /// <summary>Answered early: from then on nothing more of it is sent.</summary>
    public CancellationToken Answered => _answered.Token;

    public bool IsAnswered => _state == State.Answered;

    public bool IsSending => _state == State.Sending;

    /// <summary>A wait for the member's next bytes that nobody waits for any more; it has to end before another may read.</summary>
    public Task? Waiting { get; set; }

    /// <summary>
    /// Null for a request without a body, for one that announces more than a gigabyte, and for one that asks before it sends (Expect:
    /// 100-continue): there the client looks itself.
    /// </summary>
    public static Upload? Of(HttpContext context)
    {
        HttpRequest request = context.Request;
        return context.Features.Get<IHttpRequestBodyDetectionFeature>() is { CanHaveBody: true }
            && request.ContentLength is not (0 or > MostBytes)
            && request.Headers.Expect.Count == 0 && !InFlightWrite.IsTunnelOf(context)
            ? new Upload()
            : null;
    }

    /// <summary>What is begun for an answer may fail when nobody waits for it any more.</summary>
    public static void LeaveUnheard(Task begun) =>
        _ = begun.ContinueWith(
            static failed => failed.Exception, CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

    /// <summary>All of the body was handed over, and all of that will be sent: an answer is no longer early.</summary>
    public void Complete() => Interlocked.CompareExchange(ref _state, State.Sent, State.Sending);

    /// <summary>False when it is complete, or answered already.</summary>
    public bool TryAnswer()
    {
        if (Interlocked.CompareExchange(ref _state, State.Answered, State.Sending) != State.Sending)
            return false;
        // Not here: whoever is woken may have a lot to do.
        _ = _answered.CancelAsync();
        return true;
    }
}
