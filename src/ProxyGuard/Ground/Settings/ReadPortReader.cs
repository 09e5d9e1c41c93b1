using System.Net;
using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Ground.Settings;

/// <param name="Listen">Where applications connect; it forwards database traffic, so in a private network only.</param>
internal sealed record ReadPortSettings(IPEndPoint Listen, ReadPortRules Rules);

/// <summary>Reads ProxyGuard:ReadPort.</summary>
internal static class ReadPortReader
{
    private const string Scheme = "tcp://";
    private const string Allowed = "tcp:// with an IP address, localhost or * and a port, such as tcp://127.0.0.1:3310";

    /// <summary>Whether there is one, for those who have to know before it is read.</summary>
    public static bool IsConfigured(IConfiguration configuration) => configuration["ProxyGuard:ReadPort:Listen"] is { Length: > 0 };

    /// <param name="others">Where ProxyGuard listens already.</param>
    /// <returns>Null without an address: there is no read port.</returns>
    public static ReadPortSettings? Read(SettingsSection section, IEnumerable<IPEndPoint> others)
    {
        string listen = section.Text("Listen");
        ReadPortRules rules = ReadRules(section);
        section.RejectOthers();
        if (listen.Length == 0)
            return null;

        string authority = listen.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? listen[Scheme.Length..] : listen;
        IPEndPoint? endPoint = ListenAddress.TryParse($"http://{authority}");
        if (endPoint is null)
            section.FaultAt("Listen", $"is {SettingsSection.Quote(listen)} but must be {Allowed}");
        else if (endPoint.Port != 0 && others.Any(other => other.Port == endPoint.Port))
            section.FaultAt(
                "Listen",
                $"is {listen} but must have a port of its own, neither one of Urls or Kestrel:Endpoints nor that of ProxyGuard:Admin:Listen");
        return endPoint is null ? null : new ReadPortSettings(endPoint, rules);
    }

    private static ReadPortRules ReadRules(SettingsSection section)
    {
        var rules = new ReadPortRules
        {
            MaxConnections = section.Number("MaxConnections"),
            DrainAfter = section.Duration("DrainAfter"),
            EndAfter = section.Duration("EndAfter"),
        };
        if (rules.EndAfter < rules.DrainAfter)
            section.FaultAt(
                "EndAfter",
                $"is {section.RenderWithOrigin("EndAfter", rules.EndAfter)} but must not be below ProxyGuard:ReadPort:DrainAfter, which is {section.RenderWithOrigin("DrainAfter", rules.DrainAfter)}");
        return rules;
    }
}
