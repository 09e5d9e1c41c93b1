using System.Net;
using System.Net.Sockets;

namespace ProxyGuard.Demo.Fleet;

/// <summary>Free TCP ports on loopback.</summary>
public static class LoopbackPorts
{
    private static readonly HashSet<int> Given = [];

    /// <summary>
    /// Ports that are free now, and that this process has not given before. Another process may still take one before you do.
    /// </summary>
    public static IReadOnlyList<int> FindFree(int count)
    {
        // All are held until the last one is found, so that none is given twice.
        var listeners = new List<TcpListener>();
        try
        {
            var ports = new List<int>(count);
            while (ports.Count < count)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listeners.Add(listener);
                listener.Start();
                int port = ((IPEndPoint)listener.LocalEndpoint).Port;
                lock (Given)
                {
                    if (Given.Add(port))
                        ports.Add(port);
                }
            }

            return ports;
        }
        finally
        {
            listeners.ForEach(listener => listener.Dispose());
        }
    }

    public static bool IsFree(int port)
    {
        using var listener = new TcpListener(IPAddress.Loopback, port);
        try
        {
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
