using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Deciding.Reloading;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Routing.Forwarding;
using ProxyGuard.Routing.ReadPort;
using ProxyGuard.Routing.Rehearsal;
using ProxyGuard.Routing.Requests;
using ProxyGuard.Routing.WriteMarks;
using ProxyGuard.Seeing.Examination;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Seeing.Upstreams;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Telling.Banner;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Telling.Public;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Telling.Status;

namespace ProxyGuard;

/// <summary>What tests replace: the clock, and the way to ask a node.</summary>
internal sealed record ProxyGuardEdges
{
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>What two runs have in common beside the time of day.</summary>
    public BootClock Boot { get; init; } = BootClock.OfThisMachine;

    /// <summary>Null: real servers are asked.</summary>
    public NodeProbeFactory? Probes { get; init; }

    /// <summary>Null: real servers are examined.</summary>
    public NodeExaminerFactory? Examiners { get; init; }

    /// <summary>How check and doctor ask a web server; null: over the network.</summary>
    public Func<WebServerSettings, CancellationToken, Task<WebServerReply>>? AskWebServer { get; init; }

    /// <summary>Where the configuration is read from again; null: nowhere.</summary>
    public ConfigurationSource? Source { get; init; }

    /// <summary>Asks for a reload; null: no signal does.</summary>
    public HangupSignal? Hangup { get; init; }

    /// <summary>One handshake at a time with each server, whoever dials it.</summary>
    public HandshakeGates Gates { get; } = new();

    /// <summary>Whether the probe loop runs by itself, and the looks at the web servers; a test with its own clock ticks them.</summary>
    public bool RunsProbeLoop { get; init; } = true;

    /// <summary>All access to a node shares its sessions: there are never more than two.</summary>
    public NodeAccess AccessTo(NodeRules node, string connection, ProbeRules rules, ILogger log)
    {
        var sessions = new NodeSessions(
            connection, keepsSide: rules.HeartbeatTable is not null, Time, Gates.Of(node.Host, node.Port));
        return new NodeAccess(
            Probes?.Invoke(node, connection) ?? new MySqlNodeProbe(node.Name, sessions, rules, Time, log),
            Examiners?.Invoke(node, connection) ?? new NodeExaminer(sessions, Time));
    }
}

/// <summary>The only composition: the program and the tests build the same application.</summary>
internal static class ProxyGuardApp
{
    public static WebApplication Build(CheckedConfiguration atStart, ProxyGuardEdges edges)
    {
        GuardSettings settings = atStart.Settings;
        var adopted = new AdoptedConfiguration(AdoptedConfiguration.Flat(atStart.Configuration));
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = typeof(ProxyGuardApp).Assembly.GetName().Name });
        ((IConfigurationBuilder)builder.Configuration).Add(adopted);
        // We listen ourselves; Kestrel would warn that it does not.
        builder.Configuration[WebHostDefaults.ServerUrlsKey] = "";
        builder.Logging.AddGuardLog(builder.Configuration.GetSection("Logging"));
        builder.WebHost.UseKestrel(kestrel => kestrel.ListenAs(settings, builder.Configuration.GetSection("Kestrel")));

        IConfigurationSection reverseProxy = builder.Configuration.GetSection("ReverseProxy");
        AddGround(builder.Services, settings, edges);
        builder.Services.AddUpstreams().AddNodes(
            settings, (node, connection, log) => edges.AccessTo(node, connection, settings.Rules.Probe, log));
        builder.Services.AddGuarding(edges.RunsProbeLoop).AddReloading(edges.Source, edges.Hangup, adopted);
        // Listeners hear of a new view in this order: what it means for the web servers comes before those who tell it.
        builder.Services.AddReadPort(settings.ReadPort).AddForwarding(reverseProxy, looks: edges.RunsProbeLoop);
        // Transforms run in this order too: the banner sees what the upstream sent, and marks and labels come last.
        AddTelling(builder.Services);
        builder.Services.AddWriteMarks(settings.MarkSecret).AddRequests().AddRehearsal();

        WebApplication app = builder.Build();
        app.UseManagement();
        app.UseGuard();
        app.MapForwarding(reverseProxy);
        return app;
    }

    private static void AddGround(IServiceCollection services, GuardSettings settings, ProxyGuardEdges edges) => services
        .AddTime(edges.Time, edges.Boot).AddSettings(settings).AddStorage(settings.StateDirectory).AddTelemetry()
        .AddHosting(settings.Shutdown, InheritedSockets.OfThisProcess());

    private static void AddTelling(IServiceCollection services) => services
        .AddStatus().AddPublicPages().AddBanner().AddRefusals().AddDiagnosis()
        .AddManagement();
}
