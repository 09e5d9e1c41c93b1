using System.Globalization;
using System.Text;
using ProxyGuard.Benchmarks.Verdicts;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>Everything that was measured, for people; the target stands beside what has one. It does not judge.</summary>
internal sealed class Table(Pace pace, Cores cores, Rounds rounds, Footprint footprint, IReadOnlyDictionary<string, Cost> verdicts)
{
    private const int LabelWidth = 48;
    private const int CellWidth = 22;
    private const string RatioTarget = ">= 0.95";

    private static readonly string[] Measured =
        [Lineup.ProxyGuard, Lineup.Yarp, Lineup.Nginx, Lineup.ProxyGuardNotInline, Lineup.YarpInline];

    private readonly StringBuilder _text = new();

    public override string ToString()
    {
        _text.Clear();
        Line(
            $"Median (least-most) of {pace.Rounds} rounds of {pace.Load.TotalSeconds:0} s, 32 connections; {cores}",
            [.. Body.All.Select(body => body.Name)],
            "target");
        Section("Ratios within each round");
        Ratio("requests/s, ProxyGuard / YARP", Lineup.ProxyGuard, Lineup.Yarp, PerSecond, RatioTarget);
        Ratio("requests/s, ProxyGuard / nginx", Lineup.ProxyGuard, Lineup.Nginx, PerSecond);
        Ratio("processor time per request, ProxyGuard / YARP", Lineup.ProxyGuard, Lineup.Yarp, Processor);
        Ratio("processor time per request, ProxyGuard / nginx", Lineup.ProxyGuard, Lineup.Nginx, Processor);
        Ratio("p99, ProxyGuard / YARP", Lineup.ProxyGuard, Lineup.Yarp, P99);
        Ratio("p99, ProxyGuard / nginx", Lineup.ProxyGuard, Lineup.Nginx, P99);
        Ratio("requests/s, both with inline completions", Lineup.ProxyGuard, Lineup.YarpInline, PerSecond);
        Ratio("requests/s, both without", Lineup.ProxyGuardNotInline, Lineup.Yarp, PerSecond);
        Ratio("requests/s, ProxyGuard, with / without inline", Lineup.ProxyGuard, Lineup.ProxyGuardNotInline, PerSecond);
        Ratio("p99, ProxyGuard, with / without inline", Lineup.ProxyGuard, Lineup.ProxyGuardNotInline, P99);
        Section("Requests per second");
        Values(PerSecond, "0");
        Section("99th percentile, ms");
        Values(P99, "0.0");
        Section("Processor time of the proxy per request, µs");
        Values(Processor, "0.0");
        Section("One verdict: median (least), bytes allocated");
        Verdict("GET /photos/1234?page=2", nameof(VerdictBenchmarks.Get), "<= 200 ns, 0 B");
        Verdict("POST /photos/1234/comments", nameof(VerdictBenchmarks.Post), "<= 200 ns, 0 B");
        Verdict("which web servers may have it", nameof(VerdictBenchmarks.Eligible), "");
        Verdict("who carries no write mark", nameof(VerdictBenchmarks.WithoutMark), "0 B");
        Verdict("who carries a forged one", nameof(VerdictBenchmarks.ForgedMark), "<= 1000 ns, 0 B");
        Section("ProxyGuard itself");
        Line("resident memory, only probing, before the load", [Megabytes(footprint.BytesBefore)], "<= 120 MB");
        Line("resident memory, after the load", [Megabytes(footprint.BytesAfter)], "");
        Line("processor, only probing, after the load", [Text($"{footprint.IdleProcessor * 100:0.0} % of a core")], "");
        return _text.ToString();
    }

    private static double PerSecond(Sample sample) => sample.RequestsPerSecond;

    private static double P99(Sample sample) => sample.P99Milliseconds;

    private static double Processor(Sample sample) => sample.ProcessorMicroseconds;

    private void Ratio(string label, string contestant, string to, Func<Sample, double> value, string target = "")
    {
        if (rounds.Has(contestant) && rounds.Has(to))
            Line(label, [.. Body.All.Select(body => Cell(rounds.Ratio(contestant, to, body, value), "0.00"))], target);
    }

    private void Values(Func<Sample, double> value, string format)
    {
        foreach (string contestant in Measured.Where(rounds.Has))
            Line(contestant, [.. Body.All.Select(body => Cell(rounds.Of(contestant, body, value), format))], "");
    }

    private void Verdict(string label, string benchmark, string target)
    {
        Cost cost = verdicts[benchmark];
        Line(label, [Text($"{cost.Median:0} ({cost.Least:0}) ns, {cost.Bytes} B")], target);
    }

    private void Section(string title) => _text.Append('\n').Append(title).Append('\n');

    private void Line(string label, IReadOnlyList<string> cells, string target)
    {
        IEnumerable<string> padded = Enumerable.Range(0, Body.All.Count)
            .Select(place => (place < cells.Count ? cells[place] : "").PadRight(CellWidth));
        string line = label.Length <= LabelWidth ? $"  {label.PadRight(LabelWidth)}" : $"{label}\n{new string(' ', LabelWidth + 2)}";
        _text.Append($"{line}{string.Concat(padded)}{target}".TrimEnd()).Append('\n');
    }

    private static string Cell(Spread spread, string format) => string.Create(
        CultureInfo.InvariantCulture,
        $"{spread.Median.ToString(format, CultureInfo.InvariantCulture)} ({spread.Least.ToString(format, CultureInfo.InvariantCulture)}-{spread.Most.ToString(format, CultureInfo.InvariantCulture)})");

    private static string Megabytes(long bytes) => Text($"{bytes / 1e6:0} MB");

    private static string Text(FormattableString text) => FormattableString.Invariant(text);
}
