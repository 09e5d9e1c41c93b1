using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// A member's body as the HTTP client reads it: over as soon as the web server has answered. What was announced is handed over to its end
/// all the same, or the client would take the request for a broken one; the connection sends nothing of it.
/// </summary>
/// <param name="body">Not disposed: the server's.</param>
/// <param name="upload">Whose body it is.</param>
/// <param name="length">In bytes, as announced; null where it was not.</param>
internal sealed class UploadBody(Stream body, Upload upload, long? length) : PassingBody
{
    private long _left = length ?? 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (upload.IsAnswered)
            return HandOverRest(buffer.Span);
        if (buffer.IsEmpty)
        {
            await WaitAsync(cancellationToken).ConfigureAwait(false);
            return 0;
        }

        int count = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        _left -= count;
        if (count == 0 || length is not null && _left == 0)
            upload.Complete();
        return count;
    }

    /// <summary>
    /// A client waits for the next bytes before it has a buffer for them. That wait is left behind, not cancelled: Kestrel allows no other
    /// reading after one that was.
    /// </summary>
    private async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        ValueTask<int> asked = body.ReadAsync(Memory<byte>.Empty, cancellationToken);
        if (asked.IsCompletedSuccessfully)
        {
            await asked.ConfigureAwait(false);
            return;
        }

        Task waiting = asked.AsTask();
        try
        {
            await waiting.WaitAsync(upload.Answered).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (upload.IsAnswered)
        {
            upload.Waiting = waiting;
            Upload.LeaveUnheard(waiting);
        }
    }

    private int HandOverRest(Span<byte> buffer)
    {
        int count = length is null ? 0 : (int)Math.Min(buffer.Length, _left);
        buffer[..count].Clear();
        _left -= count;
        return count;
    }
}
