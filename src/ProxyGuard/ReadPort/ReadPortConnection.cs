using System.Net.Sockets;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.ReadPort;

/// <summary>
/// One client's connection and the one to its node. Each way has one buffer, and nothing is read before what was read is passed on: whoever reads slowly is waited for
/// by the sender itself. No step blocks a thread.
/// </summary>
internal sealed class ReadPortConnection(Socket client, NodeSocket server) : IDisposable
{
    // Questions are short; replies come in the 16 KB of a server's buffer, or in more where a row is large.
    private const int QuestionBytes = 4 * 1024;
    private const int ReplyBytes = 16 * 1024;

    // Where both sides keep up, no step ever waits: then the thread that hears of all sockets has to be given back now and then.
    private const int StepsInARow = 16;

    private uint _asked;
    private uint _answered;
    private uint _seen;
    private volatile bool _isHalfClosed;

    public Conversation Talk { get; } = new();

    public int Node => server.Node;

    /// <summary>Whether one side has said that it sends nothing more.</summary>
    public bool IsHalfClosed => _isHalfClosed;

    /// <summary>Since when nobody has sent anything, as far as <see cref="Look"/> was called.</summary>
    public Moment QuietSince { get; private set; }

    /// <summary>Until both sides have closed, or one is gone.</summary>
    /// <param name="greeting">What the server has said already.</param>
    public async Task CarryAsync(ReadOnlyMemory<byte> greeting)
    {
        Talk.ServerSent(greeting.Span);
        if (await SendAsync(client, greeting).ConfigureAwait(false))
            await Task.WhenAll(AskAsync(), AnswerAsync()).ConfigureAwait(false);
    }

    /// <summary>Takes note of whether anything was sent since the last time; for one thread.</summary>
    public void Look(Moment now)
    {
        uint seen = Volatile.Read(ref _asked) + Volatile.Read(ref _answered);
        if (seen == _seen && QuietSince != default)
            return;
        _seen = seen;
        QuietSince = now;
    }

    /// <summary>Both sides see the end of the connection, after what was already sent to them.</summary>
    public void End()
    {
        Shutdown(client, SocketShutdown.Both);
        Shutdown(server.Socket, SocketShutdown.Both);
    }

    public void Dispose()
    {
        client.Dispose();
        server.Socket.Dispose();
    }

    private async Task AskAsync()
    {
        Memory<byte> buffer = new byte[QuestionBytes];
        for (int step = 1; await ReceiveAsync(client, buffer).ConfigureAwait(false) is > 0 and int count; step++)
        {
            Talk.ClientSent(buffer.Span[..count]);
            Volatile.Write(ref _asked, _asked + 1);
            if (!await SendAsync(server.Socket, buffer[..count]).ConfigureAwait(false))
                return;
            if (step % StepsInARow == 0 && count == buffer.Length)
                await Task.Yield();
        }

        HalfClose(server.Socket);
    }

    private async Task AnswerAsync()
    {
        Memory<byte> buffer = new byte[ReplyBytes];
        for (int step = 1; await ReceiveAsync(server.Socket, buffer).ConfigureAwait(false) is > 0 and int count; step++)
        {
            Talk.ServerSent(buffer.Span[..count]);
            bool sent = await SendAsync(client, buffer[..count]).ConfigureAwait(false);
            Volatile.Write(ref _answered, _answered + 1);
            if (!sent)
                return;
            if (step % StepsInARow == 0 && count == buffer.Length)
                await Task.Yield();
        }

        HalfClose(client);
    }

    /// <summary>0 at the end, -1 when the connection broke; then the other side is ended too.</summary>
    private async ValueTask<int> ReceiveAsync(Socket from, Memory<byte> buffer)
    {
        try
        {
            return await from.ReceiveAsync(buffer, SocketFlags.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            End();
            return -1;
        }
    }

    private async ValueTask<bool> SendAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            while (!bytes.IsEmpty)
                bytes = bytes[await to.SendAsync(bytes, SocketFlags.None).ConfigureAwait(false)..];
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            End();
            return false;
        }
    }

    private void HalfClose(Socket to)
    {
        _isHalfClosed = true;
        Shutdown(to, SocketShutdown.Send);
    }

    private static void Shutdown(Socket socket, SocketShutdown how)
    {
        try
        {
            socket.Shutdown(how);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // It is gone already, which is what was wanted.
        }
    }
}
