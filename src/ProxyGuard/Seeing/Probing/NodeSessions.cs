using System.Security.Authentication;
using MySqlConnector;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// All that ProxyGuard has on one server: at most two sessions, whatever the server does, and at most one handshake at a time. The status
/// is asked over one of them; the other is for what must not be in its way, and sees why the first one hangs. There is never a third one:
/// what hangs is waited for.
/// </summary>
internal sealed class NodeSessions : IAsyncDisposable
{
    // The server has not heard of us before the connection is established: then redialing costs nothing, and finds a host that is back
    // sooner than the kernel's own attempts.
    private static readonly TimeSpan UntilEstablished = TimeSpan.FromSeconds(2);

    // Between two looks at a server whose status statement hangs.
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    // An answer may just be on its way.
    private const int LooksUntilLost = 2;

    private readonly string _connection;
    private readonly MySqlConnectionStringBuilder _server;
    private readonly TimeProvider _time;
    private readonly HandshakeGate _gate;
    private Task _look = Task.CompletedTask;
    private long? _hangsSince;
    private long _lookedAt;
    private int _looksWithoutIt;
    private volatile bool _awaitsGreeting;

    /// <param name="connection">The configured connection string.</param>
    /// <param name="keepsSide">Whether the second session is asked so often that it stays open.</param>
    /// <param name="gate">The server's, where other sessions may be dialed too; null for one of its own.</param>
    public NodeSessions(string connection, bool keepsSide, TimeProvider time, HandshakeGate? gate = null)
    {
        _connection = connection;
        _gate = gate ?? new HandshakeGate();
        _server = new MySqlConnectionStringBuilder(connection);
        _time = time;
        KeepsSide = keepsSide;
        Status = new SessionLine(OpenAsync, time);
        // Other questions wait until the status is asked over a session: a server that is gone is dialed by one of the two.
        Side = new SessionLine(
            () => Status.Session is null ? throw new InvalidOperationException("the node's status is not known yet") : OpenAsync(), time);
    }

    /// <summary>For each tick's question.</summary>
    public SessionLine Status { get; }

    /// <summary>For heartbeats, examinations and looks. It has no session while <see cref="Status"/> never had one.</summary>
    public SessionLine Side { get; }

    private bool KeepsSide { get; }

    /// <summary>
    /// Whether the server answers over the second session since the first one hangs: then it is the statement that hangs, not the server.
    /// </summary>
    public bool AnswersBeside => _hangsSince is { } since && Side.HasAnsweredSince(since);

    /// <summary>Why there is no session yet, as far as it is known while it is dialed.</summary>
    /// <param name="waited">How long has been waited for it.</param>
    public (ProbeFailure Failure, string Text) WhyNone(TimeSpan waited) => _awaitsGreeting
        ? (ProbeFailure.NoGreeting, DialException.NoGreeting(_server))
        : (ProbeFailure.TimedOut, DialException.Silence(_server, waited));

    /// <summary>The status was answered.</summary>
    public void StatusAnswered()
    {
        if (_hangsSince is null)
            return;
        _hangsSince = null;
        LetGoOfSide();
    }

    /// <summary>
    /// The status was not answered in time, over a session that is open. Looks at the server over the other one, now and then, and waits
    /// for nothing.
    /// </summary>
    public void StatusHangs()
    {
        if (_hangsSince is null)
            (_hangsSince, _looksWithoutIt) = (_time.GetTimestamp(), 0);
        else if (_time.GetElapsedTime(_lookedAt) < LookEvery)
            return;
        if (!_look.IsCompleted || Side.IsBusy)
            return;
        _lookedAt = _time.GetTimestamp();
        _look = LookAsync();
    }

    /// <summary>
    /// Closes the second session unless it is about to be used again: a server with a short <c>wait_timeout</c> would log an aborted
    /// connection.
    /// </summary>
    public void LetGoOfSide()
    {
        if (!KeepsSide && _hangsSince is null)
            Side.Rest();
    }

    public async ValueTask DisposeAsync()
    {
        await Side.CloseAsync().ConfigureAwait(false);
        await Status.CloseAsync().ConfigureAwait(false);
    }

    private async Task LookAsync()
    {
        try
        {
            if (Status.Session is not { } hanging)
                return;
            bool isAtWork = await Side.AskAsync(session => session.IsAtWorkAsync(hanging), CancellationToken.None).ConfigureAwait(false);
            _looksWithoutIt = isAtWork ? 0 : _looksWithoutIt + 1;
            // The server does not know our question any more: what stands between us and it has lost the answer, and redialing leaves
            // nothing behind there.
            if (_looksWithoutIt >= LooksUntilLost && Status.Session == hanging)
                hanging.Abort();
        }
#pragma warning disable CA1031 // Whatever it is: the status goes on hanging, and the next look may see more.
        catch (Exception)
#pragma warning restore CA1031
        {
            // That the server refused is known to the line; anything else says nothing.
        }
    }

    private async Task<NodeSession> OpenAsync()
    {
        await _gate.EnterAsync().ConfigureAwait(false);
        try
        {
            NodeSession session = await DialAsync().ConfigureAwait(false);
            _gate.Succeeded();
            return session;
        }
        finally
        {
            _gate.Leave();
        }
    }

    private async Task<NodeSession> DialAsync()
    {
        long began = _time.GetTimestamp();
        using var dial = new CancellationTokenSource(UntilEstablished, _time);
        using var established = new TcpEstablished(() =>
        {
            dial.CancelAfter(Timeout.InfiniteTimeSpan);
            _awaitsGreeting = true;
        });
        try
        {
            return await NodeSession.OpenAsync(NodeConnection.StringFor(_connection, _gate.Patience), established, dial.Token)
                .ConfigureAwait(false);
        }
        catch (Exception e) when (!established.HasHappened && dial.IsCancellationRequested)
        {
            throw DialException.OfSilence(_server, UntilEstablished, e);
        }
        catch (MySqlException e) when (established.HasHappened && _time.GetElapsedTime(began) >= _gate.Patience)
        {
            _gate.BrokeOff();
            throw new DialException(ProbeFailure.NoGreeting, DialException.NoGreeting(_server), e);
        }
        // What TLS has to say of a certificate stays in the driver's words.
        catch (MySqlException e)
            when (e is { ErrorCode: MySqlErrorCode.UnableToConnectToHost, InnerException: not AuthenticationException })
        {
            throw DialException.Of(_server, established.HasHappened, established.LastError, e);
        }
        finally
        {
            _awaitsGreeting = false;
        }
    }
}
