using MySqlConnector;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// One session on a server, and one question at a time. A question whose caller has given up is not abandoned: the server would go on
/// working on it and hold its session, while another one is opened. The session is kept until the answer is there, and is used on at once;
/// only a connection that failed is replaced.
/// </summary>
/// <param name="open">Dials until there is a session, or until it has failed.</param>
internal sealed class SessionLine(Func<Task<NodeSession>> open, TimeProvider time)
{
    // Often enough that a server cannot say much more than it may, see NodeSession.MaxAnswerBytes.
    private static readonly TimeSpan WeighEvery = TimeSpan.FromMilliseconds(25);

    // Before a server that said too much is asked again.
    private static readonly TimeSpan AfterFlood = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private volatile NodeSession? _session;
    private Task _question = Task.CompletedTask;
    private long _answeredAt = long.MinValue;
    private (long Since, InvalidDataException What)? _flood;
    private bool _isClosed;

    /// <summary>Null while there is none. One whose question hangs is one too.</summary>
    public NodeSession? Session => _session;

    /// <summary>Whether a question, or the handshake before it, is running.</summary>
    public bool IsBusy => !Volatile.Read(ref _question).IsCompleted;

    /// <param name="timestamp">Of the line's clock.</param>
    public bool HasAnsweredSince(long timestamp) => Volatile.Read(ref _answeredAt) >= timestamp;

    /// <summary>Waits until the line is free, and then for the answer. The deadline ends the waiting, and nothing else.</summary>
    /// <exception cref="OperationCanceledException">The deadline came first.</exception>
    public async Task<T> AskAsync<T>(Func<NodeSession, Task<T>> question, CancellationToken deadline)
    {
        Task<T>? answer;
        while ((answer = TryAsk(question)) is null)
        {
            // What an earlier question came to is no news any more.
            await Volatile.Read(ref _question).WaitAsync(deadline).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            deadline.ThrowIfCancellationRequested();
        }

        return await answer.WaitAsync(deadline).ConfigureAwait(false);
    }

    /// <summary>Null when the line is busy.</summary>
    public Task<T>? TryAsk<T>(Func<NodeSession, Task<T>> question)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            if (IsBusy)
                return null;
            Task<T> answer = RunAsync(question);
            _question = answer;
            return answer;
        }
    }

    /// <summary>Says goodbye when no question is running; else does nothing. The next question opens a new session.</summary>
    public void Rest()
    {
        lock (_lock)
        {
            if (!IsBusy && _session is { } session)
                _question = LeaveAsync(session);
        }
    }

    /// <summary>
    /// For good. A running question fails: a server in which it hangs notices that the client is gone when it wants to answer.
    /// </summary>
    public async ValueTask CloseAsync()
    {
        lock (_lock)
            _isClosed = true;
        if (IsBusy)
            _session?.Abort();
        else if (_session is { } session)
            await LeaveAsync(session).ConfigureAwait(false);
    }

    private async Task<T> RunAsync<T>(Func<NodeSession, Task<T>> question)
    {
        // Nothing of the driver runs under the lock.
        await Task.Yield();
        try
        {
            NodeSession session = _session ??= await OpenAsync().ConfigureAwait(false);
            // Closed while it was dialed: nobody else would end it.
            ObjectDisposedException.ThrowIf(Volatile.Read(ref _isClosed), this);
            T answer = await WeighedAsync(session, question).ConfigureAwait(false);
            Volatile.Write(ref _answeredAt, time.GetTimestamp());
            return answer;
        }
        catch (Exception e)
        {
            // A server that refuses answers all the same.
            if (e is MySqlException { SqlState.Length: > 0 })
                Volatile.Write(ref _answeredAt, time.GetTimestamp());
            // The question is over: nothing keeps the server from noticing the end of the session.
            if (_session is { } session)
                await LeaveAsync(session).ConfigureAwait(false);
            throw;
        }
    }

    private Task<NodeSession> OpenAsync() =>
        _flood is { } flood && time.GetElapsedTime(flood.Since) < AfterFlood ? throw flood.What : open();

    /// <summary>The driver keeps whatever a server says, be it gigabytes.</summary>
    private async Task<T> WeighedAsync<T>(NodeSession session, Func<NodeSession, Task<T>> question)
    {
        session.BeginAnswer();
        Task<T> answer = question(session);
        while (!answer.IsCompleted)
        {
            await Task.WhenAny(answer, Task.Delay(WeighEvery, time)).ConfigureAwait(false);
            if (!session.SaysTooMuch)
                continue;
            session.Abort();
            await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            var flood = new InvalidDataException($"it said more than {NodeSession.MaxAnswerBytes >> 20} MB in answer to one question");
            _flood = (time.GetTimestamp(), flood);
            throw flood;
        }

        return await answer.ConfigureAwait(false);
    }

    private async Task LeaveAsync(NodeSession session)
    {
        _session = null;
        try
        {
            await session.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (NodeConnection.IsFault(e))
        {
            // It only had to end.
        }
    }
}
