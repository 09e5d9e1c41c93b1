using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Listening sockets that a parent keeps open and hands over (https://www.freedesktop.org/software/systemd/man/latest/sd_listen_fds.html):
/// while one ProxyGuard ends and the next one starts, the kernel keeps new connections waiting, and refuses none. Each is used by the
/// listener that is configured for its address; the configuration decides what is listened to, not the parent.
/// </summary>
internal sealed class InheritedSockets
{
    private const int FirstDescriptor = 3;

    private readonly List<Socket> _left;

    private InheritedSockets(List<Socket> sockets) => _left = sockets;

    /// <summary>Those of this process; none where nobody handed any over, or they are another process's.</summary>
    /// <exception cref="IOException">What was handed over is no socket that listens.</exception>
    public static InheritedSockets OfThisProcess()
    {
        string? process = Environment.GetEnvironmentVariable("LISTEN_PID");
        string? count = Environment.GetEnvironmentVariable("LISTEN_FDS");
        bool areOurs = process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
        return areOurs && int.TryParse(count, NumberStyles.None, CultureInfo.InvariantCulture, out int sockets)
            ? new InheritedSockets([.. Enumerable.Range(FirstDescriptor, sockets).Select(SocketOf)])
            : new InheritedSockets([]);
    }

    /// <summary>What to know where an address is in use: sockets were handed over, but not to this process. Null otherwise.</summary>
    public static string? Misdirected =>
        Environment.GetEnvironmentVariable("LISTEN_FDS") is { Length: > 0 }
        && Environment.GetEnvironmentVariable("LISTEN_PID") is { Length: > 0 } process
        && process != Environment.ProcessId.ToString(CultureInfo.InvariantCulture)
            ? $"sockets were handed over to process {process} (LISTEN_PID), and this is another one: a script in between must start it with exec"
            : null;

    /// <summary>Whether one listens at an address and was not taken yet.</summary>
    public bool Has(EndPoint endPoint) => _left.Exists(socket => IsSame(socket.LocalEndPoint!, endPoint));

    /// <summary>The one that listens at an address, once; null for none.</summary>
    public Socket? Take(EndPoint endPoint)
    {
        Socket? found = _left.Find(socket => IsSame(socket.LocalEndPoint!, endPoint));
        if (found is not null)
            _left.Remove(found);
        return found;
    }

    /// <summary>For Kestrel: the socket that was handed over for an address, else one of its own.</summary>
    public Socket TakeOrBind(EndPoint endPoint) => Take(endPoint) ?? SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);

    /// <summary>Once every listener has its own: those that are left would take connections that nobody answers.</summary>
    /// <exception cref="IOException">There is one; the message says at which address.</exception>
    public void EnsureAllTaken()
    {
        if (_left.Count > 0)
            throw new IOException(
                $"a listening socket was handed over for {string.Join(", ", _left.Select(socket => socket.LocalEndPoint))}, but the configuration listens there with nothing: "
                + "Urls, Kestrel:Endpoints, ProxyGuard:Admin:Listen or ProxyGuard:ReadPort:Listen must name the address of each (ListenStream of the .socket unit)");
    }

    private static Socket SocketOf(int descriptor)
    {
        try
        {
            // The parent's: it stays open when we have stopped listening, and what connects meanwhile waits for the next process.
            var socket = new Socket(new SafeSocketHandle(descriptor, ownsHandle: false));
            bool listens = socket.SocketType == SocketType.Stream
                && socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) is int accepts && accepts != 0;
            return listens && socket.LocalEndPoint is not null
                ? socket
                : throw new IOException($"the file descriptor {descriptor} that was handed over (LISTEN_FDS) is no stream socket that listens (ListenStream, and no Accept=yes, in the .socket unit)");
        }
        catch (SocketException e)
        {
            throw new IOException($"the file descriptor {descriptor} that was handed over (LISTEN_FDS) is no socket: {e.Message}", e);
        }
    }

    // One of both families ("*") is [::]: a socket for 0.0.0.0 alone would leave out half of the members.
    private static bool IsSame(EndPoint socket, EndPoint configured) =>
        socket.Equals(configured) || socket is UnixDomainSocketEndPoint && socket.ToString() == configured.ToString();
}
