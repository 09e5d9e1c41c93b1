using System.Net;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Telling.Admin;

/// <summary>
/// The names the management listener answers to. A page of a stranger can let its own name point to this machine (DNS rebinding), and then
/// its script may read what is answered
/// without a key; but the name it asks by is still the stranger's.
/// </summary>
internal sealed class ManagementHosts(LiveSettings settings)
{
    private readonly Derived<HostNames> _names = settings.Derive(current => new HostNames(["localhost", .. current.Admin.Hosts]));

    /// <summary>The answer to a request that names another host.</summary>
    public const string Refusal = "The management listener does not answer to the name it was asked by. "
        + "Ask by its address, or add the name to ProxyGuard:Admin:Hosts.";

    /// <param name="host">As the request has it; without one (HTTP/1.0) it comes from no browser.</param>
    public bool Contains(HostString host) =>
        !host.HasValue || _names.Value.Contains(host.Value) || IPAddress.TryParse(host.Host, out IPAddress? address) && IsOurs(address);

    // An address is no name that could be made to point elsewhere. Which ones lead to a listener on all of them only the network knows.
    private bool IsOurs(IPAddress address) => IPAddress.IsLoopback(address) || settings.Current.Admin.Listen.Address is var listens
        && (listens.Equals(address) || listens.Equals(IPAddress.Any) || listens.Equals(IPAddress.IPv6Any));
}
