using System.Threading.Channels;

namespace ProxyGuard.Tests.Telling.Banner;

/// <summary>A body whose pieces come when the test says so; like a socket it answers a read of no bytes once there are some.</summary>
internal sealed class ScriptedStream : Stream
{
    private readonly Channel<byte[]> _pieces = Channel.CreateUnbounded<byte[]>();
    private ReadOnlyMemory<byte> _piece;

    public bool IsDisposed { get; private set; }

    /// <summary>Where the last bytes were asked for.</summary>
    public Memory<byte> LastTarget { get; private set; }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public static ScriptedStream Of(params IEnumerable<byte[]> pieces)
    {
        ScriptedStream stream = new();
        foreach (byte[] piece in pieces)
            stream.Send(piece);
        stream.End();
        return stream;
    }

    public void Send(ReadOnlySpan<byte> piece) => Assert.True(_pieces.Writer.TryWrite(piece.ToArray()));

    public void End(Exception? error = null) => Assert.True(_pieces.Writer.TryComplete(error));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_piece.IsEmpty)
        {
            if (!await _pieces.Reader.WaitToReadAsync(cancellationToken))
                return 0;
            if (buffer.IsEmpty)
                return 0;
            _piece = await _pieces.Reader.ReadAsync(cancellationToken);
        }

        LastTarget = buffer;
        int count = Math.Min(buffer.Length, _piece.Length);
        _piece[..count].CopyTo(buffer);
        _piece = _piece[count..];
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush() => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        IsDisposed = true;
        base.Dispose(disposing);
    }
}
