using System.Buffers.Binary;
using System.Net.Sockets;
using System.Reflection;
using MySqlConnector;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// The socket below a session. The driver has no option for any of this and does not show its socket, so that it is taken from a private
/// field; a test notices when the field is gone. Where it cannot be had, TCP keepalive alone has to notice a host that is gone.
/// </summary>
internal sealed class SessionSocket
{
    // https://man7.org/linux/man-pages/man7/tcp.7.html; struct tcp_info is in linux/tcp.h, only ever longer.
    private const int TcpLevel = 6;
    private const int TcpUserTimeout = 18;
    private const int TcpInfo = 11;
    private const int BytesReceivedAt = 128;

    // So long nothing that we sent is acknowledged. A frozen process has a kernel that does.
    private static readonly TimeSpan Unacknowledged = TimeSpan.FromSeconds(10);

    private static readonly FieldInfo? SessionField = typeof(MySqlConnection)
        .GetField("m_session", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly FieldInfo? SocketField = SessionField?.FieldType.GetField(
        "m_socket", BindingFlags.Instance | BindingFlags.NonPublic);

    private readonly Socket _socket;

    private SessionSocket(Socket socket) => _socket = socket;

    /// <summary>
    /// Null when the driver does not have it where it used to. From here on the connection fails ten seconds after the peer's kernel last
    /// acknowledged something.
    /// </summary>
    public static SessionSocket? Of(MySqlConnection opened)
    {
        if (SessionField?.GetValue(opened) is not { } session || SocketField?.GetValue(session) is not Socket socket)
            return null;
        if (OperatingSystem.IsLinux())
            socket.SetRawSocketOption(TcpLevel, TcpUserTimeout, BitConverter.GetBytes((int)Unacknowledged.TotalMilliseconds));
        return new SessionSocket(socket);
    }

    /// <summary>Since the connection was made; null where the system does not tell.</summary>
    public long? BytesReceived
    {
        get
        {
            Span<byte> info = stackalloc byte[256];
            try
            {
                return OperatingSystem.IsLinux() && _socket.GetRawSocketOption(TcpLevel, TcpInfo, info) >= BytesReceivedAt + sizeof(long)
                    ? BinaryPrimitives.ReadInt64LittleEndian(info[BytesReceivedAt..])
                    : null;
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Whatever waits for an answer fails at once. Only for a server that can hold nothing of ours any more, or that would never stop
    /// talking.
    /// </summary>
    public void Abort() => _socket.Dispose();
}
