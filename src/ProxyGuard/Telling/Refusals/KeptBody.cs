using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// The body of a request that is forwarded: what passes is kept, so that it can be handed back when the web server fails over it. What was
/// read before, to find out what it says, passes again.
/// </summary>
internal sealed class KeptBody(Stream body, KeptBytes kept) : PassingBody
{
    // Of what is kept, at its end.
    private int _notPassed;

    public KeptBytes Kept => kept;

    // An empty buffer asks to wait until there is something, and so it is passed on: no buffer is needed for what was only announced.
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_notPassed > 0)
            return PassAgain(buffer.Span);
        int read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        kept.Add(buffer.Span[..read]);
        return read;
    }

    /// <summary>What has not been read yet is kept too.</summary>
    public Task ReadRestAsync(CancellationToken stop) => body.ReadIntoAsync(kept, stop);

    /// <summary>What was read ahead is wanted as it is kept, and passes no more.</summary>
    public void PassNothingAgain() => _notPassed = 0;

    /// <summary>Reads to the end before anything passes, or until there are as many bytes as may be kept.</summary>
    /// <returns>Whether that is all of it.</returns>
    public async Task<bool> ReadAheadAsync(CancellationToken stop)
    {
        bool isWhole = await body.ReadIntoAsync(kept, stop).ConfigureAwait(false);
        _notPassed = kept.Length;
        return isWhole;
    }

    private int PassAgain(Span<byte> buffer)
    {
        if (kept.IsGivenUp)
            throw new IOException("what was read ahead of this body is not kept any more");
        Span<byte> left = kept.Written.Span[^_notPassed..];
        int fitting = Math.Min(left.Length, buffer.Length);
        left[..fitting].CopyTo(buffer);
        _notPassed -= fitting;
        return fitting;
    }
}

internal static class KeptReading
{
    /// <summary>Reads to the end, or until there are as many bytes as may be kept. No buffer waits for what was only announced.</summary>
    /// <returns>Whether the end was reached.</returns>
    public static async Task<bool> ReadIntoAsync(this Stream body, KeptBytes kept, CancellationToken stop)
    {
        while (true)
        {
            await body.ReadAsync(Memory<byte>.Empty, stop).ConfigureAwait(false);
            Memory<byte> space = kept.Space();
            if (space.IsEmpty)
                return false;
            int read = await body.ReadAsync(space, stop).ConfigureAwait(false);
            if (read == 0)
                return true;
            kept.Advance(read);
        }
    }
}
