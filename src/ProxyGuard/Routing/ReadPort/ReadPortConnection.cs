using System.Buffers;
using System.Net.Sockets;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>
/// One client's connection and the one to its node. Each way has one buffer, and nothing is read before what was read is passed on: a slow
/// reader is waited for by the sender itself. No step blocks a thread.
/// </summary>
internal sealed class ReadPortConnection(Socket client, NodeSocket server) : IDisposable
{
    // Most that is said is short, and most connections say nothing; what pours costs a third less in larger pieces.
    private const int UsualBytes = 4 * 1024;
    private const int PouringBytes = 64 * 1024;

    // Where both sides keep up, no step ever waits: then the thread that hears of all sockets has to be given back now and then.
    private const int StepsInARow = 16;

    private uint _asked;
    private uint _answered;
    private uint _seen;
    private volatile bool _isHalfClosed;
    private volatile bool _isEnded;
    private bool _keepsServer;

    public Conversation Talk { get; } = new();

    public NodeSocket Server => server;

    public ReadPortNode Node => server.Node;

    /// <summary>Whether one side has said that it sends nothing more.</summary>
    public bool IsHalfClosed => _isHalfClosed;

    /// <summary>Since when neither side has sent anything, as far as <see cref="Look"/> was called.</summary>
    public MonotonicInstant QuietSince { get; private set; }

    /// <summary>Until both sides have closed, or one is gone.</summary>
    /// <param name="greeting">What the server has said already.</param>
    /// <returns>Whether the client has left without a word, so that the server's greeting is as good as new. Its socket is the caller's
    /// then, and open.</returns>
    public async Task<bool> CarryAsync(ReadOnlyMemory<byte> greeting)
    {
        Talk.ServerSent(greeting.Span);
        // A fresh socket has room for a greeting.
        if (!await TrySendAsync(greeting).ConfigureAwait(false))
            return KeepServer();
        Talk.Delivered();
        using var left = new CancellationTokenSource();
        Task replies = PassAsync(server.Socket, client, isReply: true, left.Token);
        await PassAsync(client, server.Socket, isReply: false, left.Token, left).ConfigureAwait(false);
        await replies.ConfigureAwait(false);
        return left.IsCancellationRequested && Volatile.Read(ref _answered) == 0 && KeepServer();
    }

    private bool KeepServer() => _keepsServer = true;

    private async Task<bool> TrySendAsync(ReadOnlyMemory<byte> greeting)
    {
        try
        {
            await client.SendAsync(greeting, SocketFlags.None).ConfigureAwait(false);
            return true;
        }
        catch (SocketException)
        {
            // It has left already.
            return false;
        }
    }

    /// <summary>Takes note of whether anything was sent since the last time; for one thread.</summary>
    public void Look(MonotonicInstant now)
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
        _isEnded = true;
        Shutdown(client, SocketShutdown.Both);
        Shutdown(server.Socket, SocketShutdown.Both);
    }

    public void Dispose()
    {
        client.Dispose();
        if (!_keepsServer)
            server.Socket.Dispose();
    }

    /// <param name="left">Cancelled when <paramref name="from"/> ends before it, or the other side, has said anything; null where that
    /// means nothing.</param>
    private async Task PassAsync(Socket from, Socket to, bool isReply, CancellationToken stop, CancellationTokenSource? left = null)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(UsualBytes);
        uint step = 1;
        try
        {
            for (; await from.ReceiveAsync(buffer, SocketFlags.None, stop).ConfigureAwait(false) is > 0 and int count; step++)
            {
                Note(buffer.AsSpan(0, count), isReply);
                for (ReadOnlyMemory<byte> rest = buffer.AsMemory(0, count); !rest.IsEmpty;)
                    rest = rest[await to.SendAsync(rest, SocketFlags.None).ConfigureAwait(false)..];
                if (isReply)
                    Talk.Delivered();
                if (step % StepsInARow == 0 && count == buffer.Length)
                    await Task.Yield();
                buffer = Fitting(buffer, count);
            }

            if (IsWordless(step, left))
                await left!.CancelAsync().ConfigureAwait(false);
            else
                HalfClose(to);
        }
        catch (OperationCanceledException)
        {
            // The client has left, and the server has not noticed: it serves the next one.
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // One side is gone: the other must not wait for it.
            if (IsWordless(step, left))
                await left!.CancelAsync().ConfigureAwait(false);
            else
                End();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private bool IsWordless(uint step, CancellationTokenSource? left) =>
        left is not null && step == 1 && Volatile.Read(ref _answered) == 0 && !_isEnded;

    /// <summary>The buffer for what comes next, by how much came last.</summary>
    private static byte[] Fitting(byte[] buffer, int count)
    {
        bool pours = buffer.Length >= PouringBytes;
        if (pours ? count >= UsualBytes : count < buffer.Length)
            return buffer;
        ArrayPool<byte>.Shared.Return(buffer);
        return ArrayPool<byte>.Shared.Rent(pours ? UsualBytes : PouringBytes);
    }

    private void Note(ReadOnlySpan<byte> bytes, bool isReply)
    {
        if (isReply)
        {
            Talk.ServerSent(bytes);
            Volatile.Write(ref _answered, _answered + 1);
        }
        else
        {
            Talk.ClientSent(bytes);
            Volatile.Write(ref _asked, _asked + 1);
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
