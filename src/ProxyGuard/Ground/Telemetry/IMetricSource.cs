using System.Diagnostics.Metrics;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>Gives its families as of now. Each room registers its own; the metrics page has them in the order of registration.</summary>
internal interface IMetricSource
{
    /// <summary>The same names each time.</summary>
    IEnumerable<MetricFamily> Families { get; }
}

/// <summary>Series with one name.</summary>
/// <param name="Name">As Prometheus has it; counters end in <c>_total</c>.</param>
/// <param name="IsCounter">Whether it only grows; else it is a gauge.</param>
/// <param name="Help">One line.</param>
/// <param name="Samples">Each with its labels as tags.</param>
internal sealed record MetricFamily(string Name, bool IsCounter, string Help, IEnumerable<Measurement<double>> Samples)
{
    public static MetricFamily Gauge(string name, string help, params IEnumerable<Measurement<double>> samples) =>
        new(name, false, help, samples);

    public static MetricFamily Gauge(string name, string help, double value) => new(name, false, help, [new(value)]);

    public static MetricFamily Counter(string name, string help, params IEnumerable<Measurement<double>> samples) =>
        new(name, true, help, samples);

    public static MetricFamily Counter(string name, string help, double value) => new(name, true, help, [new(value)]);

    public static Measurement<double> Sample(double value, params (string Label, string Value)[] labels) =>
        new(value, labels.Select(label => KeyValuePair.Create(label.Label, (object?)label.Value)));

    /// <summary>One series for each of the values, 1 for the one that is so.</summary>
    /// <param name="label">The value's own, beside <paramref name="labels"/>.</param>
    public static IEnumerable<Measurement<double>> OneOf<T>(
        string label, T current, Func<T, string> nameOf, params (string Label, string Value)[] labels)
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(
            value => Sample(EqualityComparer<T>.Default.Equals(value, current) ? 1 : 0, [.. labels, (label, nameOf(value))]));
}
