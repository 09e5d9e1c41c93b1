using System.Text;
using System.Threading.Channels;
using ProxyGuard.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Forwarding;

public sealed class UploadConnectionTests
{
    private const string Early = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    /// <summary>The HTTP client reads before it writes on a connection out of its pool, but not on one that it made or that another request
    /// has handed on.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task There_is_one_read_at_a_time_whether_the_client_reads_before_it_writes_or_after(bool isBefore)
    {
        await using var wire = new Wire();
        await using var connection = new UploadConnection(wire);
        for (int request = 0; request < 3; request++)
        {
            byte[] buffer = new byte[4096];
            Task<int>? reading = isBefore ? connection.ReadAsync(buffer, Stop).AsTask() : null;
            Upload.Current = new Upload();
            await connection.WriteAsync("head"u8.ToArray(), Stop);
            await connection.WriteAsync("body"u8.ToArray(), Stop);
            Upload.Current.Complete();
            wire.Send($"answer {request}");

            int count = await (reading ?? connection.ReadAsync(buffer, Stop).AsTask());

            Assert.Equal($"answer {request}", Encoding.ASCII.GetString(buffer, 0, count));
        }

        Assert.Equal(1, wire.MostReads);
        Assert.Equal("headbodyheadbodyheadbody", wire.Written);
    }

    [Fact]
    public async Task After_an_early_answer_nothing_is_written_and_the_answer_says_that_the_connection_ends()
    {
        await using var wire = new Wire();
        await using var connection = new UploadConnection(wire);
        var upload = Upload.Current = new Upload();
        await connection.WriteAsync("head"u8.ToArray(), Stop);
        foreach (char one in $"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n{Early}")
            wire.Send($"{one}");
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Task.Delay(10_000, upload.Answered));

        await connection.WriteAsync("body"u8.ToArray(), Stop);
        upload.Complete();

        Assert.True(upload.IsAnswered);
        Assert.Equal("head", wire.Written);
        var answer = new StringBuilder();
        byte[] buffer = new byte[7];
        while (answer.Length < Early.Length + 19)
            answer.Append(Encoding.ASCII.GetString(buffer, 0, await connection.ReadAsync(buffer, Stop)));
        Assert.Equal(Early.Replace("\r\nContent", "\r\nConnection: close\r\nContent", StringComparison.Ordinal), answer.ToString());

        Upload.Current = new Upload();
        await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync("another"u8.ToArray(), Stop));
        Assert.Equal("head", wire.Written);
    }

    [Fact]
    public async Task A_write_that_hangs_ends_with_an_early_answer()
    {
        await using var wire = new Wire { Hangs = true };
        await using var connection = new UploadConnection(wire);
        Upload.Current = new Upload();
        Task writing = connection.WriteAsync("head"u8.ToArray(), Stop).AsTask();

        wire.Send(Early);

        await writing.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    [Theory]
    [InlineData(Early, true)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", true)]
    [InlineData("", false)]
    public async Task A_write_that_fails_is_forgiven_if_there_is_an_answer(string answer, bool isForgiven)
    {
        await using var wire = new Wire();
        await using var connection = new UploadConnection(wire);
        Upload.Current = new Upload();
        await connection.WriteAsync("head"u8.ToArray(), Stop);
        wire.Fails = true;
        wire.Send(answer);

        Exception? error = await Record.ExceptionAsync(async () => await connection.WriteAsync("body"u8.ToArray(), Stop));

        Assert.Equal(isForgiven, error is null);
        Assert.Equal(isForgiven, Upload.Current.IsAnswered);
    }

    /// <summary>The other end of a connection; like TLS it takes one read at a time.</summary>
    private sealed class Wire : Stream
    {
        private readonly Channel<byte[]> _toRead = Channel.CreateUnbounded<byte[]>();
        private readonly StringBuilder _written = new();
        private int _reads;

        public int MostReads { get; private set; }

        public string Written => _written.ToString();

        public bool Hangs { get; set; }

        public bool Fails { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        /// <summary>Nothing is the end.</summary>
        public void Send(string text) => Assert.True(_toRead.Writer.TryWrite(Encoding.ASCII.GetBytes(text)));

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            MostReads = Math.Max(MostReads, Interlocked.Increment(ref _reads));
            byte[] read = await _toRead.Reader.ReadAsync(cancellationToken);
            Interlocked.Decrement(ref _reads);
            read.CopyTo(buffer);
            return read.Length;
        }

        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (Fails)
                throw new IOException("reset");
            if (Hangs)
                await Task.Delay(Timeout.Infinite, cancellationToken);
            _written.Append(Encoding.ASCII.GetString(buffer.Span));
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush() => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
