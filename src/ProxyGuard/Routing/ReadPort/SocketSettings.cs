using System.Net.Sockets;

namespace ProxyGuard.Routing.ReadPort;

/// <summary>What both sides of a carried connection have set.</summary>
internal static class SocketSettings
{
    public static Socket Apply(Socket socket)
    {
        // We pass on what came as it came; a sender that wanted to wait for more has waited.
        socket.NoDelay = true;
        // A machine that is gone without a word would keep its place for ever.
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 60);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 10);
        return socket;
    }
}
