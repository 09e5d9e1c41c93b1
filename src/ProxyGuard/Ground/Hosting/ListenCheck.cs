using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Ground.Hosting;

/// <summary>An address that cannot be listened on.</summary>
/// <param name="Problem">A sentence that names it, and what to do.</param>
/// <param name="IsLasting">Whether trying again later is no use.</param>
internal sealed record ListenProblem(string Problem, bool IsLasting);

/// <summary>
/// Tries every address before anything is started: Kestrel would stop at the first one, with a stack trace that need not name it.
/// </summary>
internal static class ListenCheck
{
    /// <exception cref="IOException">What was handed over is no socket that listens.</exception>
    public static ImmutableArray<ListenProblem> Problems(GuardSettings settings)
    {
        // A parent listens there already, for us.
        var inherited = InheritedSockets.OfThisProcess();
        return
        [
            .. from address in AddressesOf(settings)
               where address.EndPoint is { Port: > 0 } && !inherited.Has(address.EndPoint)
               let error = ErrorOf(address.EndPoint)
               where error is not null
               select ProblemOf(error.Value, address.Option, address.Text, address.EndPoint.Port),
        ];
    }

    private static IEnumerable<(string Option, string Text, IPEndPoint? EndPoint)> AddressesOf(GuardSettings settings) =>
    [
        .. settings.PublicAddresses.Select(url => ("Urls or Kestrel:Endpoints", url, EndPointOf(url))),
        ("ProxyGuard:Admin:Listen", $"http://{settings.Admin.Listen}", settings.Admin.Listen),
        ("ProxyGuard:ReadPort:Listen", $"tcp://{settings.ReadPort?.Listen}", settings.ReadPort?.Listen),
    ];

    private static ListenProblem ProblemOf(SocketError error, string option, string address, int port) => error switch
    {
        SocketError.AddressAlreadyInUse => new(
            $"{address} ({option}) is in use by another program; ss -ltnp 'sport = :{port}' says by which. If it is another ProxyGuard, one of them needs other ports{(InheritedSockets.Misdirected is { } why ? $"; {why}" : "")}",
            IsLasting: false),
        SocketError.AccessDenied => new(
            $"{address} ({option}): this user may not listen on port {port}. Let it: AmbientCapabilities=CAP_NET_BIND_SERVICE in the systemd unit, or sysctl net.ipv4.ip_unprivileged_port_start={port}; or name a port from 1024 up",
            IsLasting: true),
        SocketError.AddressNotAvailable => new(
            $"{address} ({option}) is no address of this machine; ip address lists those it has, and * is all of them", IsLasting: false),
        _ => new($"{address} ({option}): {new SocketException((int)error).Message}", IsLasting: false),
    };

    private static SocketError? ErrorOf(IPEndPoint endPoint)
    {
        try
        {
            using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            if (endPoint.Address.Equals(IPAddress.IPv6Any))
                socket.DualMode = true;
            socket.Bind(endPoint);
            socket.Listen();
            return null;
        }
        // Kestrel takes IPv4 alone then.
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressFamilyNotSupported)
        {
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode;
        }
    }

    /// <summary>As Kestrel takes it; null for a Unix socket, and for what is no address.</summary>
    private static IPEndPoint? EndPointOf(string url)
    {
        try
        {
            if (BindingAddress.Parse(url) is not { IsUnixPipe: false, IsNamedPipe: false } address)
                return null;
            return new IPEndPoint(
                address.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? IPAddress.Loopback
                    : IPAddress.TryParse(address.Host.Trim('[', ']'), out IPAddress? ip) ? ip : IPAddress.IPv6Any,
                address.Port);
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
