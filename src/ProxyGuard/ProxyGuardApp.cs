using Microsoft.Extensions.Logging.Console;
using ProxyGuard.Admin;
using ProxyGuard.Banner;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Diagnosis;
using ProxyGuard.Forwarding;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;
using ProxyGuard.Public;
using ProxyGuard.ReadPort;
using ProxyGuard.Rehearsal;
using ProxyGuard.Requests;
using ProxyGuard.Settings;
using ProxyGuard.Sharing;
using ProxyGuard.Storage;
using ProxyGuard.WriteMarks;

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

    /// <summary>Whether the probe loop runs by itself, and the looks at the web servers; a test with its own clock ticks them.</summary>
    public bool RunsProbeLoop { get; init; } = true;

    /// <summary>Whoever asks a node anything shares its sessions: there are never more than two.</summary>
    public NodeAccess AccessTo(NodeRules node, string connection, ProbeRules rules, ILogger log)
    {
        var sessions = new NodeSessions(connection, keepsSide: rules.HeartbeatTable is not null, Time);
        return new NodeAccess(
            Probes?.Invoke(node, connection) ?? new MySqlNodeProbe(node.Name, sessions, rules, Time, log),
            Examiners?.Invoke(node, connection) ?? new NodeExaminer(sessions, Time));
    }
}

/// <summary>What one node is asked through. The examiner's sessions are closed with the probe.</summary>
internal sealed record NodeAccess(INodeProbe Probe, INodeExaminer Examiner);

/// <summary>The only composition: the program and the tests build the same application.</summary>
internal static class ProxyGuardApp
{
    public static WebApplication Build(IConfigurationRoot configuration, GuardSettings settings, ProxyGuardEdges edges)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = typeof(ProxyGuardApp).Assembly.GetName().Name });
        builder.Configuration.AddConfiguration(configuration);
        // We listen ourselves, see AddKestrel; Kestrel would warn that it does not.
        builder.Configuration[WebHostDefaults.ServerUrlsKey] = "";
        AddLogging(builder);
        AddKestrel(builder, settings);
        AddGuard(builder.Services, settings, edges);
        builder.Services.AddRouting();
        builder.Services.AddReverseProxy()
            .LoadFromConfig(configuration.GetSection("ReverseProxy"))
            .ConfigureHttpClient(static (_, handler) =>
            {
                handler.RequestHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1;
                handler.ResponseHeaderEncodingSelector = static (_, _) => System.Text.Encoding.Latin1;
                // The trace headers of the member's request pass as they are; we add none.
                handler.ActivityHeadersPropagator = null;
                // A web server in the next rack takes milliseconds; one that is gone must not hold a member up for fifteen seconds.
                handler.ConnectTimeout = TimeSpan.FromSeconds(5);
            })
            .AddConfigFilter<UpstreamFailuresByDefault>();
        builder.Services.AddSingleton<UpstreamFailures>().AddSingleton<WebServerLooks>();
        if (edges.RunsProbeLoop)
            builder.Services.AddHostedService(provider => provider.GetRequiredService<WebServerLooks>());
        builder.Services.AddSingleton<Yarp.ReverseProxy.Health.IPassiveHealthCheckPolicy>(provider => provider.GetRequiredService<UpstreamFailures>());
        builder.Services.AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, ExactForwarding>();
        builder.Services.AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, BannerTransforms>();
        builder.Services.AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, ReadFromHeader>();
        builder.Services.AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, WriteMarkTransforms>();
        builder.Services.AddSingleton<Yarp.ReverseProxy.Transforms.Builder.ITransformProvider, SuspectedReads>();

        WebApplication app = builder.Build();
        Route(app);
        return app;
    }

    private static void AddLogging(WebApplicationBuilder builder)
    {
        // YARP and ASP.NET tell of every request; we tell of transitions. First, so that the configuration can say otherwise: of equal rules the last one counts.
        builder.Logging.AddFilter("Yarp", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        // As soon as one line of its could be written, hosting makes an Activity and a log scope for every request (1.1 KB); it has nothing to say to us.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A web server that is away is said once, by us (3101), not with a stack trace for every request; ten kilobytes for every upload that was cut off would fill a disk.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error).AddFilter("Yarp.ReverseProxy.Health", LogLevel.Error);
        // What one stranger's connection does wrong is no news either, and a line for each would fill it too.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error).AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None);
        builder.Logging.AddConfiguration(builder.Configuration.GetSection("Logging"));
        builder.Logging.AddConsole(console => console.FormatterName = LogLines.FormatterName).AddConsoleFormatter<LogLines, ConsoleFormatterOptions>();
    }

    private static void AddKestrel(WebApplicationBuilder builder, GuardSettings settings) =>
        builder.WebHost.UseKestrel(kestrel =>
        {
            KestrelLimits.Apply(kestrel, settings.Limits);
            PublicListeners.Apply(kestrel, builder.Configuration.GetSection("Kestrel"), settings.PublicEndPoints);
            kestrel.Listen(settings.Admin.Listen, ManagementListener.Apply);
        });

    private static void AddGuard(IServiceCollection services, GuardSettings settings, ProxyGuardEdges edges)
    {
        GuardRules rules = settings.Rules;
        services.AddSingleton(settings.Shutdown).AddSingleton<Draining>().AddHostedService(provider => provider.GetRequiredService<Draining>());
        services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Shutdown.AnnounceFor + settings.Shutdown.DrainFor);
        services.AddSingleton(settings).AddSingleton(settings.Admin).AddSingleton(settings.Limits).AddSingleton(rules).AddSingleton(rules.Probe);
        services.AddSingleton(new ReservedPrefix(settings.Prefix));
        services.AddSingleton(new GuardClock(edges.Time)).AddSingleton(edges.Boot);
        services.AddSingleton<GuardMetrics>().AddSingleton<GuardBoard>().AddSingleton<SiteGuard>();

        services.AddSingleton(new StateDirectory(settings.StateDirectory));
        services.AddSingleton<IHoldStore, HoldFile>().AddSingleton<AuditFile>().AddSingleton<ReplicationMemory>();
        services.AddSingleton<WebServersBoard>().AddSingleton<WebServers>().AddSingleton<WritesUnderWay>();
        services.AddSingleton<IGuardListener>(provider => provider.GetRequiredService<WritesUnderWay>());
        // Whose validators want to know us first.
        services.AddSingleton(provider => new Lazy<Yarp.ReverseProxy.IProxyStateLookup>(provider.GetRequiredService<Yarp.ReverseProxy.IProxyStateLookup>));
        services.AddSingleton<IGuardListener>(provider => provider.GetRequiredService<ReplicationMemory>());
        // Before those who tell what it finds.
        services.AddSingleton<IGuardListener>(provider => provider.GetRequiredService<WebServers>());
        services.AddSingleton<IGuardListener>(provider => provider.GetRequiredService<StatusFeed>());

        services.AddSingleton<StatusFeed>().AddSingleton<EventStream>().AddSingleton<MemberPages>().AddSingleton<PublicPages>();
        services.AddSingleton<KeptBudget>().AddSingleton<TypedForms>().AddSingleton<Refusals>();
        services.AddSingleton(provider => provider.GetRequiredService<MemberPages>().BannerTag);
        services.AddSingleton<IBannerSwitch, BannerSwitch>();
        services.AddSingleton<EligibleDestinations>().AddSingleton<PrimaryRoom>().AddSingleton<RetryBudget>().AddSingleton<ReadYourWrites>();
        services.AddSingleton(provider => WriteMarkSecret.SealOf(settings.MarkSecret, provider.GetRequiredService<StateDirectory>(), provider.GetRequiredService<ILogger<ReadYourWrites>>()));
        services.AddSingleton<AdminKeys>().AddSingleton<MaintenanceApi>().AddSingleton<DiagnosisApi>();
        services.AddSingleton(new RehearsalLog(edges.Time)).AddSingleton<RehearsalApi>().AddSingleton<FleetReport>().AddSingleton<MetricsPage>().AddSingleton<ManagementApi>().AddSingleton<ManagementHosts>();
        services.AddSingleton(settings.Proxies).AddSingleton<ConnectionGate>().AddSingleton<Pseudonym>().AddSingleton(edges.Time);
        services.AddSingleton(provider => new AdmissionRules(provider.GetRequiredService<Pseudonym>().Name, settings.Limits.MaxBodyBytes, settings.Hosts));

        services.AddSingleton<IReadOnlyList<NodeAccess>>(provider =>
            [.. rules.Fleet.Nodes.Zip(settings.Connections, (node, connection) => edges.AccessTo(node, connection, rules.Probe, provider.GetRequiredService<ILogger<MySqlNodeProbe>>()))]);
        services.AddSingleton<IReadOnlyList<INodeProbe>>(provider => [.. provider.GetRequiredService<IReadOnlyList<NodeAccess>>().Select(access => access.Probe)]);
        services.AddSingleton<ProbeLoop>();
        if (edges.RunsProbeLoop)
            services.AddHostedService(provider => provider.GetRequiredService<ProbeLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<ReplicationMemory>());
        services.AddSingleton<ReadPortNodes>();
        if (settings.ReadPort is { } readPort)
            services.AddSingleton(readPort).AddSingleton(provider => new SpareGreetings(provider.GetRequiredService<GuardClock>(), rules.Fleet.Nodes.Length)).AddSingleton<NodeDialer>().AddSingleton<ReadPortListener>().AddHostedService(provider => provider.GetRequiredService<ReadPortListener>());
        services.AddSingleton<IReadOnlyList<INodeExaminer>>(provider => [.. provider.GetRequiredService<IReadOnlyList<NodeAccess>>().Select(access => access.Examiner)]);
        services.AddSingleton<FindingLog>().AddSingleton<ExaminationLoop>();
        services.AddSingleton<IGuardListener>(provider => provider.GetRequiredService<ExaminationLoop>());
        services.AddHostedService(provider => provider.GetRequiredService<ExaminationLoop>());
    }

    private static void Route(WebApplication app)
    {
        // Made before the first request: from its first moment the board says that nothing is known.
        app.Services.GetRequiredService<SiteGuard>();
        ManagementApi management = app.Services.GetRequiredService<ManagementApi>();
        app.Use((context, next) => ManagementListener.Received(context) ? management.AnswerAsync(context) : next(context));
        app.UseMiddleware<RequestGate>();
        app.UseMiddleware<GuardMiddleware>();
        app.UseRouting();
        app.MapReverseProxy(proxy =>
        {
            proxy.UseMiddleware<WriteCountMiddleware>();
            proxy.UseMiddleware<NarrowingMiddleware>();
            proxy.UseMiddleware<AttemptMiddleware>();
            proxy.UseSessionAffinity();
            proxy.UseLoadBalancing();
            // Ours hears of failures from AttemptMiddleware; theirs, where a cluster names one, wants to hear of every request.
            if (HasOwnPassiveChecks(app.Configuration))
                proxy.UsePassiveHealthChecks();
        });
    }

    private static bool HasOwnPassiveChecks(IConfiguration configuration) =>
        configuration.GetSection("ReverseProxy:Clusters").GetChildren().Any(cluster => cluster.GetSection("HealthCheck:Passive").Exists());
}
