using System.Collections.Immutable;
using System.Net;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Ground.Settings;

/// <summary>Reads where members come in, and where operators do; the two must not meet.</summary>
/// <param name="configuration">All of it: members come in by sections of ASP.NET Core.</param>
internal sealed class ListenersReader(IConfiguration configuration, List<ConfigurationError> faults)
{
    private const string Endpoints = "Kestrel:Endpoints";

    private string Urls => configuration["Urls"] is { Length: > 0 } configured ? configured : "http://127.0.0.1:8080";

    /// <summary>Where members come in, in the words of the configuration.</summary>
    public ImmutableArray<string> ReadAddresses()
    {
        string[] ofKestrel = [.. configuration.GetSection(Endpoints).GetChildren().Select(endPoint => endPoint["Url"] ?? "")];
        return ofKestrel.Length > 0 ? [.. ofKestrel] : [.. Parts(Urls)];
    }

    /// <summary>Empty when Kestrel's own section says it.</summary>
    public ImmutableArray<IPEndPoint> ReadPublic()
    {
        if (configuration.GetSection(Endpoints).GetChildren().Any())
            return [];
        string urls = Urls;
        var endPoints = ImmutableArray.CreateBuilder<IPEndPoint>();
        foreach (string url in Parts(urls))
        {
            if (ListenAddress.TryParse(url) is { } endPoint)
                endPoints.Add(endPoint);
            else
                faults.Add(
                    new ConfigurationError("Urls", $"has {url} but each must be {ListenAddress.Allowed}; TLS is set in {Endpoints}"));
        }

        if (urls.AsSpan().Trim(" ;").IsEmpty)
            faults.Add(new ConfigurationError("Urls", $"names no address but must be {ListenAddress.Allowed}"));
        return endPoints.ToImmutable();
    }

    public AdminSettings ReadAdmin(SettingsSection admin, ImmutableArray<IPEndPoint> publicEndPoints)
    {
        string listen = admin.Text("Listen");
        IPEndPoint? endPoint = ListenAddress.TryParse(listen);
        if (endPoint is null)
            admin.FaultAt("Listen", $"is {SettingsSection.Quote(listen)} but must be {ListenAddress.Allowed}");
        else if (TakenBy(endPoint.Port, publicEndPoints) is { } taken)
            admin.FaultAt("Listen", $"is {listen} but must have a port that members cannot reach, not {taken}");

        ImmutableArray<string> hosts = [.. admin.Children("Hosts").Select(host => host.OwnText("a host name"))];
        foreach (string name in hosts.Where(name => name.Length > 0 && !HostNames.IsName(name)))
            admin.FaultAt(
                "Hosts", $"has {SettingsSection.Quote(name)} but each must be a host without a port, such as proxyguard.internal.example");
        ImmutableDictionary<string, ConfiguredKey> keys = AdminKeysReader.Read(admin.Child("Keys"));
        if (endPoint is not null && !IPAddress.IsLoopback(endPoint.Address) && keys.IsEmpty)
            admin.FaultAt(
                "Keys", $"is empty but ProxyGuard:Admin:Listen ({listen}) is not on loopback; make a key with: ProxyGuard.dll key NAME");
        admin.RejectOthers();
        return new AdminSettings(endPoint ?? new IPEndPoint(IPAddress.Loopback, 8081), hosts, keys);
    }

    /// <summary>Where Kestrel's own section listens; of meaning is the port alone.</summary>
    public IEnumerable<IPEndPoint> ReadConfigured() =>
        configuration.GetSection(Endpoints).GetChildren().Select(endPoint => PortOf(endPoint["Url"])).OfType<int>()
            .Select(port => new IPEndPoint(IPAddress.Any, port));

    private static string[] Parts(string urls) => urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>Whose port it is already, to end a sentence; null when it is free. Port 0 is whichever is free.</summary>
    private string? TakenBy(int port, ImmutableArray<IPEndPoint> publicEndPoints)
    {
        if (port == 0)
            return null;
        if (publicEndPoints.Any(other => other.Port == port))
            return "one of Urls";
        return configuration.GetSection(Endpoints).GetChildren().FirstOrDefault(endPoint => PortOf(endPoint["Url"]) == port) is { } taken
            ? $"that of {taken.Path}:Url, which is {taken["Url"]}"
            : null;
    }

    /// <summary>Null when it is no address, which is a fault of its own (<see cref="HostSections"/>), or no port.</summary>
    private static int? PortOf(string? url)
    {
        try
        {
            return url is null || BindingAddress.Parse(url) is not { IsUnixPipe: false, IsNamedPipe: false } address ? null : address.Port;
        }
        catch (FormatException)
        {
            return null;
        }
    }
}
