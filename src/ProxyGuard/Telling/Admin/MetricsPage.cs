using System.Globalization;
using System.Text;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Telling.Admin;

/// <summary>/metrics in the Prometheus text format (https://prometheus.io/docs/instrumenting/exposition_formats/).</summary>
internal sealed class MetricsPage(IEnumerable<IMetricSource> sources)
{
    public string Render()
    {
        var text = new StringBuilder();
        foreach (MetricFamily family in sources.SelectMany(source => source.Families))
        {
            text.Append(CultureInfo.InvariantCulture, $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {family.Type}\n");
            foreach ((string labels, double value) in family.Samples)
                text.Append(CultureInfo.InvariantCulture, $"{family.Name}{(labels.Length == 0 ? "" : $"{{{labels}}}")} {value}\n");
        }

        return text.ToString();
    }
}
