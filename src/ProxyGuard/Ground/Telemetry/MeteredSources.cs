using System.Diagnostics.Metrics;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>
/// What the metrics page shows, under the same names as instruments of .NET's meter <c>ProxyGuard</c>: for dotnet-counters, and whatever
/// else collects them.
/// </summary>
internal sealed class MeteredSources(IMeterFactory meters, IEnumerable<IMetricSource> sources) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Meter meter = meters.Create("ProxyGuard");
        foreach (IMetricSource source in sources)
        {
            foreach (MetricFamily family in source.Families)
                Publish(meter, source, family);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    // Asked only when something collects.
    private static void Publish(Meter meter, IMetricSource source, MetricFamily family)
    {
        if (family.IsCounter)
            meter.CreateObservableCounter(family.Name, Samples, description: family.Help);
        else
            meter.CreateObservableGauge(family.Name, Samples, description: family.Help);

        IEnumerable<Measurement<double>> Samples() => source.Families.First(now => now.Name == family.Name).Samples;
    }
}
