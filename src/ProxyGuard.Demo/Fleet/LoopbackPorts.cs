using System.Net;
using System.Net.Sockets;

namespace ProxyGuard.Demo.Fleet;

/// <summary>Free TCP ports on loopback.</summary>
public static class LoopbackPorts
{
    /// <summary>Ports that are free now and differ from each other. Another process may still take one before you do.</summary>
    public static IReadOnlyList<int> FindFree(int count)
    {
        // All are held until the last one is found, so that none is given twice.
        var listeners = new List<TcpListener>();
        try
        {
            for (int i = 0; i < count; i++)
            {
                var listener = new TcpListener(IPAddress.Loopback, 0);
                listeners.Add(listener);
                listener.Start();
            }
            return [.. listeners.Select(listener => ((IPEndPoint)listener.LocalEndpoint).Port)];
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
