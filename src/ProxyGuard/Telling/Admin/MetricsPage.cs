using System.Diagnostics.Metrics;
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
            text.Append(
                CultureInfo.InvariantCulture,
                $"# HELP {family.Name} {family.Help}\n# TYPE {family.Name} {(family.IsCounter ? "counter" : "gauge")}\n");
            foreach (Measurement<double> sample in family.Samples)
                text.Append(CultureInfo.InvariantCulture, $"{family.Name}{LabelsOf(sample)} {sample.Value}\n");
        }

        return text.ToString();
    }

    private static string LabelsOf(Measurement<double> sample) =>
        sample.Tags.Length == 0
            ? ""
            : $"{{{string.Join(',', sample.Tags.ToArray().Select(tag => $"{tag.Key}=\"{Escaped($"{tag.Value}")}\""))}}}";

    // Names of web servers are anything; those of nodes are checked.
    private static string Escaped(string value) =>
        value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
}
