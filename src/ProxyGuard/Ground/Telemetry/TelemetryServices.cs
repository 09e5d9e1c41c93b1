using Microsoft.Extensions.Logging.Console;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>What this room registers.</summary>
internal static class TelemetryServices
{
    public static IServiceCollection AddTelemetry(this IServiceCollection services) =>
        services.AddMetrics().AddSingleton<RejectedRequests>()
            .AddSingleton<IMetricSource>(provider => provider.GetRequiredService<RejectedRequests>())
            .AddHostedService<MeteredSources>();

    /// <summary>Our log lines, and of others only what is an error to the operator.</summary>
    public static void AddGuardLog(this ILoggingBuilder logging, IConfigurationSection configuration)
    {
        // YARP and ASP.NET tell of every request; we tell of transitions. First, so that the configuration can say otherwise: of equal
        // rules the last one counts.
        logging.AddFilter("Yarp", LogLevel.Warning).AddFilter("Microsoft", LogLevel.Warning).AddFilter("System.Net.Http", LogLevel.Warning);
        // As soon as one line of its could be written, hosting makes an Activity and a log scope for every request (1.1 KB); it has nothing
        // to say to us.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        // A web server that is away is said once, by us (3101), not with a stack trace for every request; ten kilobytes for every upload
        // that was cut off would fill a disk.
        logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error).AddFilter("Yarp.ReverseProxy.Health", LogLevel.Error);
        // What one stranger's connection does wrong is no news either, and a line for each would fill it too.
        logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error)
            .AddFilter("Microsoft.AspNetCore.Server.Kestrel.Http2", LogLevel.None);
        // YARP brings it for session affinity, and it warns at every start without a home directory of keys that nobody needs.
        logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        logging.AddConfiguration(configuration);
        logging.AddConsole(console => console.FormatterName ??= LogForm.Default).AddConsoleFormatter<LogLines, ConsoleFormatterOptions>();
        MakeVisible(logging.Services);
    }

    // .NET's own formatters write what they are given; that of JSON alone escapes it.
    private static void MakeVisible(IServiceCollection services)
    {
        foreach (ServiceDescriptor formatter in services.Where(IsPlain).ToArray())
        {
            Type type = formatter.ImplementationType!;
            services.Remove(formatter);
            services.AddSingleton<ConsoleFormatter>(
                provider => new VisibleFormatter((ConsoleFormatter)ActivatorUtilities.CreateInstance(provider, type)));
        }
    }

    private static bool IsPlain(ServiceDescriptor service) =>
        service.ServiceType == typeof(ConsoleFormatter)
        && service.ImplementationType is { Name: "SimpleConsoleFormatter" or "SystemdConsoleFormatter" };
}
