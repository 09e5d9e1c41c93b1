using System.Text;
using System.Threading.Channels;
using ProxyGuard.Routing.Forwarding;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Forwarding;

public sealed class UploadConnectionTests
{
    private const string Early = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";

    private const string Closing = "\r\nConnection: close\r\nConnection: close\r\nContent";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

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

            int count = await (reading ?? connection.ReadAsync(buffer, Stop).AsTask()).WaitAsync(Deadline, Stop);

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
        Assert.Equal(
            Early.Replace("\r\nContent", Closing, StringComparison.Ordinal), await ReadAsync(connection, 7));

        Upload.Current = new Upload();
        await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync("another"u8.ToArray(), Stop));
        Assert.Equal("head", wire.Written);
    }

    /// <summary>However it comes in pieces, and however small the client reads.</summary>
    [Theory]
    [InlineData(Early)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n" + Early)]
    [InlineData("HTTP/1.0 103\nA: b\n\n" + Early)]
    public async Task An_early_answer_is_seen_wherever_it_is_split(string answer)
    {
        for (int at = 1; at < answer.Length; at++)
        {
            await using var wire = new Wire();
            await using var connection = new UploadConnection(wire);
            var upload = Upload.Current = new Upload();
            await connection.WriteAsync("head"u8.ToArray(), Stop);
            bool hasLine = answer[..at].Contains("HTTP/1.1 413 Content Too Large\r\n", StringComparison.Ordinal);

            wire.Send(answer[..at]);

            await wire.ReadAllAsync();
            Assert.Equal(hasLine, upload.IsAnswered);
            wire.Send(answer[at..]);
            string read = await ReadAsync(connection, 1 + at % 7);
            Assert.True(upload.IsAnswered);
            Assert.Equal(Early.Replace("\r\nContent", Closing, StringComparison.Ordinal), read);
        }
    }

    /// <summary>Such bytes belong to no request: the client finds them when it looks whether the connection can be used.</summary>
    [Fact]
    public async Task What_comes_between_two_requests_is_there_for_the_client_to_find_and_no_request_gets_it()
    {
        await using var wire = new Wire();
        await using var connection = new UploadConnection(wire);
        Upload.Current = new Upload();
        await connection.WriteAsync("head"u8.ToArray(), Stop);
        Upload.Current.Complete();
        wire.Send("answer" + Early);
        Assert.Equal("answer", await ReadAsync(connection, 6, 6));

        Upload.Current = new Upload();
        await Assert.ThrowsAsync<IOException>(async () => await connection.WriteAsync("another"u8.ToArray(), Stop));

        Task<int> reading = connection.ReadAsync(new byte[1], Stop).AsTask();
        Assert.True(reading.IsCompletedSuccessfully);
        Assert.Equal("head", wire.Written);
        Assert.False(Upload.Current.IsAnswered);
    }

    [Theory]
    [InlineData(101)]
    [InlineData(200)]
    [InlineData(204)]
    [InlineData(299)]
    public async Task An_early_success_ends_no_upload(int status)
    {
        await using var wire = new Wire();
        await using var connection = new UploadConnection(wire);
        var upload = Upload.Current = new Upload();
        await connection.WriteAsync("head"u8.ToArray(), Stop);
        string answer = $"HTTP/1.1 {status} X\r\n\r\n";
        wire.Send(answer);
        await wire.ReadAllAsync();

        await connection.WriteAsync("body"u8.ToArray(), Stop);

        upload.Complete();
        Assert.False(upload.IsAnswered);
        Assert.Equal("headbody", wire.Written);
        Assert.Equal(answer, await ReadAsync(connection, 100));
    }

    [Fact]
    public async Task A_read_that_nobody_waits_for_any_more_fails_unheard()
    {
        int unheard = 0;
        EventHandler<UnobservedTaskExceptionEventArgs> hear = (_, e) => unheard += e.Exception.ToString().Contains(Wire.Broken) ? 1 : 0;
        TaskScheduler.UnobservedTaskException += hear;
        await LeaveAsync();
        for (int i = 0; i < 3; i++)
        {
            await Task.Delay(50, Stop);
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        TaskScheduler.UnobservedTaskException -= hear;
        Assert.Equal(0, unheard);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static async Task LeaveAsync()
        {
            var wire = new Wire();
            await using var connection = new UploadConnection(wire);
            Upload.Current = new Upload();
            await connection.WriteAsync("head"u8.ToArray(), Stop);
            wire.Break();
        }
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

    /// <summary>In small pieces: to the end of a head, or so many bytes.</summary>
    private static async Task<string> ReadAsync(UploadConnection connection, int size, int most = int.MaxValue)
    {
        var answer = new StringBuilder();
        byte[] buffer = new byte[size];
        while (answer.Length < most && !answer.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            int count = await connection.ReadAsync(buffer, Stop).AsTask().WaitAsync(Deadline, Stop);
            Assert.NotEqual(0, count);
            answer.Append(Encoding.ASCII.GetString(buffer, 0, count));
        }

        return answer.ToString();
    }

    /// <summary>The other end of a connection; like TLS it takes one read at a time.</summary>
    private sealed class Wire : Stream
    {
        public const string Broken = "the wire is broken";

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

        /// <summary>Until what was sent is read, and what follows from it has happened: another read waits, or there is none.</summary>
        public async Task ReadAllAsync()
        {
            await Eventually.HappensAsync("all is read", Deadline, () => _toRead.Reader.Count == 0);
            await Task.Delay(30);
        }

        public void Break() => _toRead.Writer.Complete(new IOException(Broken));

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
