using System.Collections.Immutable;
using System.Net;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads ProxyGuard:Proxies: the networks whose X-Forwarded headers are trusted, and whether we name ourselves as one.</summary>
internal static class ProxiesReader
{
    public static (TrustedProxies Trusted, bool SendsVia, bool BeginsTraces) Read(SettingsSection proxies)
    {
        var networks = ImmutableArray.CreateBuilder<IPNetwork>();
        foreach (SettingsSection known in proxies.Children("Trusted"))
        {
            string text = known.OwnText("a network such as 10.0.0.0/8, or an address");
            if (text.Length == 0)
                continue;
            if (TryParse(text) is not { } network)
                known.FaultAt(null, $"is {SettingsSection.Quote(text)} but must be a network such as 10.0.0.0/8, or an address");
            else if (network.PrefixLength == 0)
                known.FaultAt(null, $"is {text}, which is everybody: then any member could claim any address");
            else
                networks.Add(network);
        }

        bool sendsVia = proxies.Truth("SendVia");
        bool beginsTraces = proxies.Truth("BeginTraces");
        proxies.RejectOthers();
        return (new TrustedProxies(networks.ToImmutable()), sendsVia, beginsTraces);
    }

    private static IPNetwork? TryParse(string text)
    {
        if (IPNetwork.TryParse(text, out IPNetwork network))
            return network;
        return IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8) : null;
    }
}
