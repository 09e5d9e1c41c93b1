using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Telling.Refusals;

/// <summary>The body of a request that is forwarded: what passes is kept, so that it can be handed back when the web server fails over
/// it.</summary>
internal sealed class KeptBody(Stream body, KeptBytes kept) : PassingBody
{
    public KeptBytes Kept => kept;

    // An empty buffer asks to wait until there is something, and so it is passed on: no buffer is needed for what was only announced.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        kept.Add(buffer.Span[..read]);
        return read;
    }

    /// <summary>What has not been read yet is kept too.</summary>
    public Task ReadRestAsync(CancellationToken stop) => body.ReadIntoAsync(kept, stop);

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
