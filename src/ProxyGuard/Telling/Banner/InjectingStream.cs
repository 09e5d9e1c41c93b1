using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Telling.Banner;

/// <summary>
/// An upstream's body with the tag in it. Wrapped around what YARP reads, not around what it writes, so that a body that breaks
/// off stays an error for the client. After the decision every read goes straight to the upstream, into the caller's buffer.
/// </summary>
/// <param name="upstream">Disposed with this stream.</param>
/// <param name="owner">Whatever else must live as long as the body; disposed with this stream.</param>
/// <param name="prolog">Takes what comes until it is decided where the tag goes; released with this stream.</param>
/// <param name="time">For the one wait that has a deadline.</param>
internal sealed class InjectingStream(Stream upstream, IDisposable? owner, PrologBuffer prolog, TimeProvider time)
    : PassingBody
{
    /// <summary>How long a page may wait for bytes in which to look for its <c>meta charset</c>.</summary>
    public static readonly TimeSpan CharsetDeadline = TimeSpan.FromMilliseconds(100);

    private PrologBuffer? _prolog = prolog;
    private Task<int>? _pending;
    private long? _waitsSince;
    private bool _isOver;

    /// <summary>How many bytes wait for a decision.</summary>
    internal int Held => _prolog?.Held ?? 0;

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _prolog is null ? upstream.ReadAsync(buffer, cancellationToken) : ReadPrologAsync(_prolog, buffer, cancellationToken);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            LeaveProlog();
            upstream.Dispose();
            owner?.Dispose();
        }

        base.Dispose(disposing);
    }

    private async ValueTask<int> ReadPrologAsync(PrologBuffer prolog, Memory<byte> buffer, CancellationToken cancellationToken)
    {
        while (!prolog.HasOutput)
        {
            if (prolog.IsDecided && _pending is null)
            {
                LeaveProlog();
                return _isOver ? 0 : await upstream.ReadAsync(buffer, cancellationToken);
            }

            if (buffer.IsEmpty)
            {
                // YARP asks like this whether bytes are there. A read with a deadline must not hide behind such a question.
                if (_pending is null && !prolog.AwaitsCharset)
                    _ = await upstream.ReadAsync(buffer, cancellationToken);
                return 0;
            }

            await FillAsync(prolog, cancellationToken);
        }

        return prolog.GiveOut(buffer.Span);
    }

    private async ValueTask FillAsync(PrologBuffer prolog, CancellationToken cancellationToken)
    {
        if (!prolog.AwaitsCharset && _pending is null)
        {
            Take(prolog, await upstream.ReadAsync(prolog.MakeRoom(), cancellationToken));
            return;
        }

        // A pending read cannot be given up without giving up the connection: it is kept, and its bytes come later.
        _pending ??= upstream.ReadAsync(prolog.MakeRoom(), cancellationToken).AsTask();
        if (prolog.AwaitsCharset && !await IsInTimeAsync(_pending, cancellationToken))
        {
            prolog.StopWaiting();
            return;
        }

        int count = await _pending;
        _pending = null;
        Take(prolog, count);
    }

    private async ValueTask<bool> IsInTimeAsync(Task<int> read, CancellationToken cancellationToken)
    {
        if (read.IsCompleted)
            return true;

        _waitsSince ??= time.GetTimestamp();
        TimeSpan left = CharsetDeadline - time.GetElapsedTime(_waitsSince.Value);
        if (left <= TimeSpan.Zero)
            return false;

        using CancellationTokenSource decided = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(read, Task.Delay(left, time, decided.Token));
        await decided.CancelAsync();
        return read.IsCompleted || cancellationToken.IsCancellationRequested;
    }

    private void Take(PrologBuffer prolog, int count)
    {
        _isOver |= count == 0;
        prolog.Take(count);
    }

    private void LeaveProlog()
    {
        // A pending read writes into the buffer, which must not go to another stream.
        if (_pending is null)
            _prolog?.Release();
        _prolog = null;
    }
}
