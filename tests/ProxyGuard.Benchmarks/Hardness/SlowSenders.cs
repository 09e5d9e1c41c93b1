using System.Net.Sockets;

namespace ProxyGuard.Benchmarks.Hardness;

/// <summary>
/// Connections that take a place and give nothing: of four, two have asked once and are silent, one sends its headers and one its body byte
/// by byte. Whoever is closed comes again.
/// </summary>
internal sealed class SlowSenders : IAsyncDisposable
{
    // Each dribbles once in ten seconds.
    private const int Slices = 20;
    private static readonly TimeSpan SliceTime = TimeSpan.FromMilliseconds(500);

    private static readonly byte[] Whole = "GET /page HTTP/1.1\r\nHost: club.example\r\n\r\n"u8.ToArray();
    private static readonly byte[] Headers = "GET /page HTTP/1.1\r\nHost: club.example\r\nX-A: "u8.ToArray();
    private static readonly byte[] Body = "POST /upload HTTP/1.1\r\nHost: club.example\r\nContent-Length: 100000\r\n\r\n"u8.ToArray();

    private readonly Uri _address;
    private readonly Socket?[] _sockets;
    private readonly CancellationTokenSource _stop = new();
    private Task _dribbling = Task.CompletedTask;
    private int _reopened;

    private SlowSenders(Uri address, int count) => (_address, _sockets) = (address, new Socket?[count]);

    public int Reopened => Volatile.Read(ref _reopened);

    public static async Task<SlowSenders> OpenAsync(Uri address, int count, CancellationToken stop)
    {
        var senders = new SlowSenders(address, count);
        for (int place = 0; place < count; place++)
            await senders.OpenAsync(place, stop);
        senders._dribbling = senders.DribbleAsync();
        return senders;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _dribbling;
        foreach (Socket? socket in _sockets)
            socket?.Dispose();
        _stop.Dispose();
    }

    private async Task OpenAsync(int place, CancellationToken stop)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        _sockets[place] = socket;
        await socket.ConnectAsync(_address.Host, _address.Port, stop);
        await socket.SendAsync((place % 4) switch { 2 => Headers, 3 => Body, _ => Whole }, stop);
    }

    private async Task DribbleAsync()
    {
        using var pace = new PeriodicTimer(SliceTime);
        try
        {
            for (int slice = 0; await pace.WaitForNextTickAsync(_stop.Token); slice = (slice + 1) % Slices)
            {
                for (int place = slice; place < _sockets.Length; place += Slices)
                    await TouchAsync(place);
            }
        }
        catch (OperationCanceledException)
        {
            // Done.
        }
    }

    private async Task TouchAsync(int place)
    {
        Socket socket = _sockets[place]!;
        try
        {
            bool dribbles = place % 4 >= 2;
            bool isHeard = socket.Poll(0, SelectMode.SelectRead);
            // Who has not finished asking and is answered all the same has been refused.
            bool isOver = isHeard && (dribbles || await socket.ReceiveAsync(new byte[4096], _stop.Token) == 0);
            if (!isOver && dribbles)
                await socket.SendAsync("x"u8.ToArray(), _stop.Token);
            if (!isOver)
                return;
        }
        catch (SocketException)
        {
            // Closed while we wrote.
        }

        socket.Dispose();
        Interlocked.Increment(ref _reopened);
        await OpenAsync(place, _stop.Token);
    }
}
