using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Testing;

/// <summary>A parent that keeps a listening socket and hands it to each program it starts, as systemd does for a socket unit.</summary>
internal sealed partial class SocketParent : IDisposable
{
    // https://man7.org/linux/man-pages/man2/fcntl.2.html
    private const int SetDescriptorFlags = 2;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public SocketParent()
    {
        _socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _socket.Listen(4096);
        // Kept over exec.
        if (SetFlags((int)_socket.Handle, SetDescriptorFlags, 0) != 0)
            throw new IOException("the socket could not be kept open for a child");
    }

    public IPEndPoint Address => (IPEndPoint)_socket.LocalEndPoint!;

    /// <summary>Our program, with the socket as sd_listen_fds has it: descriptor 3, and the number of the process itself.</summary>
    public Process Start(params string[] arguments)
    {
        string script = string.Create(
            CultureInfo.InvariantCulture, $"exec 3<&{(int)_socket.Handle}; export LISTEN_PID=$$ LISTEN_FDS=1; exec \"$@\"");
        var start = new ProcessStartInfo("bash", ["-c", script, "bash", .. DotNet.Running("ProxyGuard.dll", arguments)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return Process.Start(start)!;
    }

    /// <summary>Asks it to end, as a service manager does.</summary>
    public static void Terminate(Process process) => Libc.Send(process.Id, Libc.Signal.Terminate);

    public void Dispose() => _socket.Dispose();

    [LibraryImport("libc", EntryPoint = "fcntl")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetFlags(int descriptor, int command, int flags);
}
