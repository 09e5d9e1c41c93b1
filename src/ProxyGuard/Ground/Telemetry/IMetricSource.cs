namespace ProxyGuard.Ground.Telemetry;

/// <summary>Series with one name on the metrics page.</summary>
/// <param name="Name">As Prometheus has it; counters end in <c>_total</c>.</param>
/// <param name="Type">"gauge" or "counter".</param>
/// <param name="Help">One line.</param>
/// <param name="Samples">Each with its labels, such as <c>node="db2"</c>, or "" for none.</param>
internal sealed record MetricFamily(string Name, string Type, string Help, IEnumerable<(string Labels, double Value)> Samples)
{
    public static MetricFamily Gauge(string name, string help, params IEnumerable<(string Labels, double Value)> samples) => new(name, "gauge", help, samples);

    public static MetricFamily Gauge(string name, string help, double value) => new(name, "gauge", help, [("", value)]);

    public static MetricFamily Counter(string name, string help, params IEnumerable<(string Labels, double Value)> samples) => new(name, "counter", help, samples);

    public static MetricFamily Counter(string name, string help, double value) => new(name, "counter", help, [("", value)]);

    /// <summary>One series for each of the values, 1 for the one that is so.</summary>
    /// <param name="labels">What stands before the value's own label, such as <c>node="db2",</c>; "" for nothing.</param>
    public static IEnumerable<(string Labels, double Value)> OneOf<T>(string labels, string label, T current, Func<T, string> nameOf)
        where T : struct, Enum =>
        Enum.GetValues<T>().Select(value => ($"{labels}{label}=\"{nameOf(value)}\"", EqualityComparer<T>.Default.Equals(value, current) ? 1.0 : 0.0));
}

/// <summary>Gives the metrics page its families as of now. Each room registers its own; the page has them in the order of registration.</summary>
internal interface IMetricSource
{
    IEnumerable<MetricFamily> Families { get; }
}
