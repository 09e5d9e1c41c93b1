using System.Diagnostics;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// A connection to a web server (HTTP/1.1, within TLS) for requests with a body: reads ahead while the body is sent, whatever the HTTP
/// client does. After an answer that ends the request nothing more of the body goes out, and <c>Connection: close</c> stands in that
/// answer: the web server still waits for the rest, and would take another request for it (RFC 9112, section 9.3).
/// </summary>
/// <remarks>
/// The client has at most one read and one write under way. When it begins with a request it may have a read under way already, for which
/// it waits when it has written all; where it has none, this one has to read. So there is one read at a time; what is being received, no
/// read touches before it ends; and nothing here is reached by two at once but the marks of <see cref="Upload"/>.
/// https://github.com/dotnet/runtime/blob/v10.0.0/src/libraries/System.Net.Http/src/System/Net/Http/SocketsHttpHandler/HttpConnection.cs
/// (PrepareForReuse, SendAsync)
/// </remarks>
/// <param name="connection">Disposed with this one.</param>
internal sealed class UploadConnection(Stream connection) : Stream
{
    // What TLS gives out at a time.
    private const int BufferSize = 16 * 1024;

    private readonly byte[] _received = new byte[BufferSize];
    private int _start;
    private int _end;
    private bool _isOver;
    private volatile bool _isReading;
    private Task? _receiving;
    private volatile Upload? _upload;
    private volatile bool _hasAnswer;
    private bool _isSpent;

    // Twice, for a web server's first line may be a folded one, and continue what stands before it.
    private static ReadOnlySpan<byte> CloseLine => "Connection: close\r\nConnection: close\r\n"u8;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <summary>The token is not heard: the client gives up a read by disposing the connection.</summary>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The question whether bytes are there, behind which a read follows.
        if (buffer.IsEmpty)
            return 0;
        _isReading = true;
        try
        {
            // What is being received is not touched: the first bytes of an answer may be there already, and others move them.
            while (_receiving is not null || _start == _end && !_isOver)
            {
                await (_receiving ??= ReceiveAsync()).ConfigureAwait(false);
                _receiving = null;
            }

            int count = Math.Min(buffer.Length, _end - _start);
            _received.AsMemory(_start, count).CopyTo(buffer);
            _start += count;
            return count;
        }
        finally
        {
            _isReading = false;
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Upload upload = Upload.Current ?? throw new UnreachableException("a request without a body");
        if (upload != _upload)
            Begin(upload);
        if (upload.IsAnswered)
        {
            _isSpent = true;
            return;
        }

        try
        {
            await connection.WriteAsync(buffer, upload.Answered).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (upload.IsAnswered)
        {
            _isSpent = true;
        }
        catch (IOException)
        {
            // Who answers and closes has answered, and what was received is still there to be read (a reset does not take it, on Linux).
            await (_receiving ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!_hasAnswer)
                throw;
            _isSpent = true;
            upload.TryAnswer();
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => connection.FlushAsync(cancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync().ConfigureAwait(false);
        await base.DisposeAsync().ConfigureAwait(false);
    }

    public override void Flush() => connection.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            connection.Dispose();
        base.Dispose(disposing);
    }

    private void Begin(Upload upload)
    {
        bool isRead = _isReading;
        // The client closes such a connection, as the answer tells it to. Were it ever otherwise: no request may follow half a body, nor
        // get what was left of another one's answer.
        if (_isSpent || !isRead && _start < _end)
            throw new IOException("Of the request before something is left.");
        _hasAnswer = false;
        _upload = upload;
        if (!isRead)
            Upload.LeaveUnheard(_receiving ??= ReceiveAsync());
    }

    /// <summary>Until there are bytes for the client: while it sends, that is a status line of a final response.</summary>
    private async Task ReceiveAsync()
    {
        (_start, _end) = (0, 0);
        do
        {
            int count = await connection.ReadAsync(_received.AsMemory(_end, BufferSize - CloseLine.Length - _end)).ConfigureAwait(false);
            _isOver = count == 0;
            _end += count;
        }
        while (!_isOver && _upload is { IsSending: true } upload && !HasFinal(upload));
        _hasAnswer = _start < _end;
    }

    private bool HasFinal(Upload upload)
    {
        while (true)
        {
            ReadOnlySpan<byte> head = _received.AsSpan(_start.._end);
            bool isFull = _end == BufferSize - CloseLine.Length;
            int line = ResponseHead.StatusLineLength(head);
            int? status = ResponseHead.Status(head[..line]);
            // What is no status line, or one that does not end, is the client's to judge.
            if (line == 0 || !ResponseHead.IsInterim(status))
            {
                if (line > 0 && ResponseHead.EndsRequest(status) && upload.TryAnswer())
                    Insert(CloseLine, _start + line);
                return line > 0 || isFull;
            }

            // The client has no use for an interim response that it did not ask for.
            int interim = ResponseHead.Length(head);
            if (interim == 0)
                return isFull;
            head[interim..].CopyTo(_received);
            _end -= _start + interim;
            _start = 0;
        }
    }

    private void Insert(ReadOnlySpan<byte> line, int at)
    {
        _received.AsSpan(at.._end).CopyTo(_received.AsSpan(at + line.Length));
        line.CopyTo(_received.AsSpan(at));
        _end += line.Length;
    }
}
