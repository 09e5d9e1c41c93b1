using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>One connection to a web server that a test writes by hand.</summary>
internal sealed class UploadConnectionSeen(Stream stream, Socket socket)
{
    private readonly byte[] _buffer = new byte[64 * 1024];

    public Stream Stream => stream;

    /// <summary>All that arrived, in bytes.</summary>
    public long Bytes { get; private set; }

    /// <summary>Something else than zeros was in a body.</summary>
    public bool HasOthers { get; private set; }

    /// <summary>It was closed from the other end.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Reads a head, byte by byte; null when the connection is over.</summary>
    public async Task<string?> HeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await ReadAsync(1) is not { Length: 1 } one)
                return null;
            head.Append((char)one.Span[0]);
        }

        return head.ToString();
    }

    /// <summary>Until there are so many more, or the other end closes.</summary>
    public async Task<long> SkipAsync(long bytes, IncrementalHash? hash = null)
    {
        long skipped = 0;
        while (skipped < bytes && await ReadAsync((int)Math.Min(_buffer.Length, bytes - skipped)) is { Length: > 0 } read)
        {
            hash?.AppendData(read.Span);
            HasOthers |= read.Span.ContainsAnyExcept((byte)0);
            skipped += read.Length;
        }

        return skipped;
    }

    public Task SayAsync(string answer) => stream.WriteAsync(Encoding.Latin1.GetBytes(answer)).AsTask();

    /// <summary>A close with bytes that were not read is a reset.</summary>
    public void Reset() => socket.LingerState = new LingerOption(true, 0);

    private async Task<ReadOnlyMemory<byte>> ReadAsync(int most)
    {
        try
        {
            int read = await stream.ReadAsync(_buffer.AsMemory(0, most));
            Bytes += read;
            IsClosed |= read == 0;
            return _buffer.AsMemory(0, read);
        }
        catch (IOException)
        {
            IsClosed = true;
            return default;
        }
    }
}

/// <summary>A web server whose every connection a test serves by hand.</summary>
internal sealed class UploadUpstream : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2? _certificate;
    private readonly Task _accepting;

    public UploadUpstream(bool isTls = false)
    {
        _certificate = isTls ? Certificate() : null;
        _listener.Start(512);
        Address = new Uri($"{(isTls ? "https" : "http")}://{_listener.LocalEndpoint}/");
        _accepting = AcceptAsync();
    }

    public Uri Address { get; }

    public Func<UploadConnectionSeen, Task> Serve { get; set; } = OrdinaryAsync;

    /// <summary>Our own questions aside.</summary>
    public ConcurrentQueue<UploadConnectionSeen> Seen { get; } = new();

    /// <summary>Answers every request when all of it is there, with the length of its body.</summary>
    public static async Task OrdinaryAsync(UploadConnectionSeen connection)
    {
        while (await connection.HeadAsync() is { } head)
        {
            long length = await connection.SkipAsync(LengthIn(head));
            await connection.SayAsync($"HTTP/1.1 200 OK\r\nContent-Length: {$"{length}".Length}\r\n\r\n{length}");
        }
    }

    public static long LengthIn(string head) => head.Split("\r\n").FirstOrDefault(
        line => line.StartsWith("Content-Length:", StringComparison.OrdinalIgnoreCase)) is { } line ? long.Parse(line[15..]) : 0;

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        _certificate?.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using TcpClient accepted = client;
        try
        {
            Stream stream = accepted.GetStream();
            if (_certificate is not null)
            {
                var tls = new SslStream(stream);
                await tls.AuthenticateAsServerAsync(_certificate, false, SslProtocols.None, false);
                stream = tls;
            }

            var connection = new UploadConnectionSeen(stream, accepted.Client);
            Seen.Enqueue(connection);
            await Serve(connection);
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
        }
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=web", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
