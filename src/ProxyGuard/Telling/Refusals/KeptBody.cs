namespace ProxyGuard.Telling.Refusals;

/// <summary>The body of a request that is forwarded: what passes is kept, so that it can be handed back when the web server fails over
/// it.</summary>
internal sealed class KeptBody(Stream body, KeptBytes kept) : Stream
{
    public KeptBytes Kept => kept;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // An empty buffer asks to wait until there is something, and so it is passed on: nobody needs a buffer for what was only announced.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        kept.Add(buffer.Span[..read]);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <summary>What nobody has read yet is kept too.</summary>
    public Task ReadRestAsync(CancellationToken stop) => body.ReadIntoAsync(kept, stop);

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("A body is read asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

internal static class KeptReading
{
    /// <summary>Reads to the end, or until there are as many bytes as may be kept. No buffer waits for what was only announced.</summary>
    public static async Task ReadIntoAsync(this Stream body, KeptBytes kept, CancellationToken stop)
    {
        while (true)
        {
            await body.ReadAsync(Memory<byte>.Empty, stop).ConfigureAwait(false);
            Memory<byte> space = kept.Space();
            if (space.IsEmpty)
                return;
            int read = await body.ReadAsync(space, stop).ConfigureAwait(false);
            if (read == 0)
                return;
            kept.Advance(read);
        }
    }
}
