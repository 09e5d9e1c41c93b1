using System.Collections.Frozen;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging.Console;
using ProxyGuard.Core.Routing;
using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Ground.Settings;

/// <summary>The whole configuration: our own section, and those that others read.</summary>
internal static class ConfigShapes
{
    public const string ReverseProxy = "ReverseProxy";
    public const string Kestrel = "Kestrel";
    public const string Logging = "Logging";

    private static readonly ConfigShape Text = new ConfigShape.Text();

    /// <summary>The file.</summary>
    public static ConfigShape.Section Root { get; } = ConfigShape.Section.Of(
        ("$schema", Text), ("AllowedHosts", Text), ("Urls", Text), (Kestrel, KestrelShape()), (Logging, LoggingShape()),
        (ReverseProxy, ReverseProxyShape()), (OptionTable.Root, OptionTable.Shape));

    /// <summary>
    /// What does nothing here, although ASP.NET Core documents it or it was meant for another place: what does it instead.
    /// </summary>
    public static FrozenDictionary<string, string> Instead { get; } = new Dictionary<string, string>
    {
        ["Kestrel:Limits"] = "is not read; ProxyGuard:Limits has what may be set",
        ["Kestrel:AddServerHeader"] = "is not read; there is no such header",
        ["HTTP_PORTS"] = "is not read; write Urls, such as http://*:80",
        ["HTTPS_PORTS"] = "is not read; write Kestrel:Endpoints, each with a Url such as https://*:443 and a Certificate",
        ["https_port"] = "is not read; write Kestrel:Endpoints, each with a Url such as https://*:443 and a Certificate",
        ["ForwardedHeaders_Enabled"] = "is not read; ProxyGuard:Proxies:Trusted says which proxies are trusted",
        ["ConnectionStrings"] = "is not read; each node has its own, ProxyGuard:Nodes:<name>:Connection",
    }.ToFrozenDictionary(StringComparer.OrdinalIgnoreCase);

    private static ConfigShape.Section ReverseProxyShape()
    {
        // The name of a route, and of a cluster, is that of its section.
        ConfigShape.Section route = TypeShapes.Of(typeof(RouteConfig), nameof(RouteConfig.RouteId));
        ConfigShape.Section cluster = TypeShapes.Of(typeof(ClusterConfig), nameof(ClusterConfig.ClusterId));
        var destination = (ConfigShape.Section)((ConfigShape.Section)cluster.Names[nameof(ClusterConfig.Destinations)]).Entry!;
        // Others may write their own into it; these two are ours.
        ConfigShape.Section metadata = ConfigShape.Section.Of((ReadMetadata.ReadsFrom, Text), (ReadMetadata.ReadsVia, Text)) with
        {
            Entry = Text,
        };
        return ConfigShape.Section.Of(
            ("Routes", ConfigShape.Section.OfEntries(route)),
            ("Clusters", ConfigShape.Section.OfEntries(
                With(cluster, "Destinations", ConfigShape.Section.OfEntries(With(destination, "Metadata", metadata))))));
    }

    // https://learn.microsoft.com/aspnet/core/fundamentals/servers/kestrel/endpoints, as Kestrel's ConfigurationReader has it.
    private static ConfigShape.Section KestrelShape()
    {
        ConfigShape.Section certificate = ConfigShape.Section.Of(
            ("Path", Text), ("KeyPath", Text), ("Password", Text), ("Subject", Text), ("Store", Text), ("Location", Text),
            ("AllowInvalid", new ConfigShape.Truth()));
        (string, ConfigShape)[] tls =
        [
            ("Protocols", ConfigShape.Word.Of<HttpProtocols>()),
            ("SslProtocols", new ConfigShape.List(ConfigShape.Word.Of<SslProtocols>())),
            ("ClientCertificateMode", ConfigShape.Word.Of<ClientCertificateMode>()),
        ];
        ConfigShape.Section named = ConfigShape.Section.Of([.. tls, ("Certificate", certificate)]);
        ConfigShape.Section endpoint = ConfigShape.Section.Of(
            [.. tls, ("Url", Text), ("Certificate", certificate), ("Sni", ConfigShape.Section.OfEntries(named))]);
        return ConfigShape.Section.Of(
            ("Endpoints", ConfigShape.Section.OfEntries(endpoint)),
            ("EndpointDefaults", ConfigShape.Section.Of(tls)),
            ("Certificates", ConfigShape.Section.Of(("Default", certificate), ("Development", certificate))));
    }

    private static ConfigShape.Section LoggingShape()
    {
        ConfigShape.Section levels = ConfigShape.Section.OfEntries(ConfigShape.Word.Of<LogLevel>());
        ConfigShape.Section simple = TypeShapes.Of(typeof(SimpleConsoleFormatterOptions));
        ConfigShape.Section json = TypeShapes.Of(typeof(JsonConsoleFormatterOptions));
        var formatter = new ConfigShape.Section(
            simple.Names.Concat(json.Names).DistinctBy(name => name.Key).ToFrozenDictionary(StringComparer.OrdinalIgnoreCase));
        ConfigShape.Section console = With(
            With(TypeShapes.Of(typeof(ConsoleLoggerOptions)), "LogLevel", levels), "FormatterOptions", formatter);
        // Other providers' sections are common in files that were copied; LoggingNotes says that they do nothing.
        return ConfigShape.Section.Of(("LogLevel", levels), ("Console", console)) with { Entry = new ConfigShape.Anything() };
    }

    private static ConfigShape.Section With(ConfigShape.Section section, string name, ConfigShape shape) => section with
    {
        Names = section.Names.Where(known => known.Key != name).Append(new(name, shape))
            .ToFrozenDictionary(StringComparer.OrdinalIgnoreCase),
    };
}
