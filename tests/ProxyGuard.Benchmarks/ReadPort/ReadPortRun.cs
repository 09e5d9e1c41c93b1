using System.Diagnostics;
using System.Globalization;
using ProxyGuard.Benchmarks.Comparison;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.ReadPort;

/// <summary>
/// What the read port costs: a real client on a real replica, straight, through ProxyGuard and through HAProxy's TCP mode.
/// </summary>
internal static class ReadPortRun
{
    private const int LabelWidth = 46;
    private const int CellWidth = 22;

    public static async Task<int> RunAsync(
        string directory, string proxyGuard, Pace pace, bool isPinned, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        try
        {
            Cores cores = isPinned ? Cores.Split() : Cores.Shared;
            await LeaveProxysCoreAsync(cores, stop);
            await using ReadPortLineup lineup = await ReadPortLineup.StartAsync(
                Directory.CreateDirectory(directory).FullName, proxyGuard, cores, stop);
            await errors.WriteLineAsync($"Measuring {pace.Rounds} rounds of the read port: {cores} ...");
            await output.WriteLineAsync(TableOf(pace, cores, await MeasureAsync(lineup, pace, stop), MemoryOf(lineup)));
            return 0;
        }
        catch (Exception e) when (e is MeasuringException or FleetException or TimeoutException or MySqlConnector.MySqlException)
        {
            await errors.WriteLineAsync(e.Message);
            return 1;
        }
    }

    private sealed record Sample(double PerSecond, double ProcessorMicroseconds);

    // We are the client, and the servers are our children: all threads that there are, and whatever comes after them.
    private static async Task LeaveProxysCoreAsync(Cores cores, CancellationToken stop)
    {
        if (cores.Rest.Count == 0)
            return;
        var start = new ProcessStartInfo(
            Tools.Find("taskset"),
            ["-a", "-c", "-p", string.Join(',', cores.Rest), $"{Environment.ProcessId}"])
        { RedirectStandardOutput = true };
        using Process taskset = Process.Start(start)!;
        await taskset.StandardOutput.ReadToEndAsync(stop);
        await taskset.WaitForExitAsync(stop);
    }

    /// <summary>In every round another order; the ways follow each other directly with the same work.</summary>
    private static async Task<Dictionary<(string Way, Workload Work), List<Sample>>> MeasureAsync(
        ReadPortLineup lineup, Pace pace, CancellationToken stop)
    {
        var samples = new Dictionary<(string, Workload), List<Sample>>();
        foreach (Workload work in Workload.All)
        {
            foreach (Way way in lineup.Ways)
            {
                samples[(way.Name, work)] = [];
                await SampleAsync(way, work, pace.WarmUp, stop);
            }
        }

        for (int round = 0; round < pace.Rounds; round++)
        {
            foreach (Workload work in Workload.All)
            {
                foreach (int place in Enumerable.Range(round, lineup.Ways.Count))
                {
                    Way way = lineup.Ways[place % lineup.Ways.Count];
                    samples[(way.Name, work)].Add(await SampleAsync(way, work, pace.Load, stop));
                }
            }
        }

        return samples;
    }

    private static async Task<Sample> SampleAsync(Way way, Workload work, TimeSpan howLong, CancellationToken stop)
    {
        TimeSpan before = way.Process?.ProcessorTime ?? TimeSpan.Zero;
        double perSecond = await work.PerSecondAsync(way.Connection, howLong, stop);
        TimeSpan used = (way.Process?.ProcessorTime ?? TimeSpan.Zero) - before;
        return new Sample(perSecond, used.TotalMicroseconds / (perSecond * howLong.TotalSeconds));
    }

    private static double MemoryOf(ReadPortLineup lineup) =>
        lineup.Ways.Single(way => way.Name == ReadPortLineup.ProxyGuard).Process!.ResidentBytes / 1e6;

    private static string TableOf(Pace pace, Cores cores, Dictionary<(string Way, Workload Work), List<Sample>> samples, double memory)
    {
        var text = new System.Text.StringBuilder();
        Line(
            $"The read port: {pace.Rounds} rounds of {pace.Load.TotalSeconds:0} s, 16 clients; {cores}",
            Workload.All.Select(work => work.Name), "target");
        Ratio(ReadPortLineup.ProxyGuard, ReadPortLineup.Direct, ">= 0.9 where connections are kept");
        Ratio(ReadPortLineup.HaProxy, ReadPortLineup.Direct, "");
        Ratio(ReadPortLineup.ProxyGuard, ReadPortLineup.HaProxy, ">= 0.8, else >= 1");
        foreach (string way in (string[])[ReadPortLineup.Direct, ReadPortLineup.ProxyGuard, ReadPortLineup.HaProxy])
            Line($"queries/s, {way}", Workload.All.Select(work => Cell(samples[(way, work)].Select(sample => sample.PerSecond), "0")), "");
        foreach (string way in (string[])[ReadPortLineup.ProxyGuard, ReadPortLineup.HaProxy])
            Line(
                $"processor time a query, µs, {way}",
                Workload.All.Select(work => Cell(samples[(way, work)].Select(sample => sample.ProcessorMicroseconds), "0.0")), "");
        Line("resident memory after the load, ProxyGuard", [string.Create(CultureInfo.InvariantCulture, $"{memory:0} MB")], "");
        return text.ToString();

        void Ratio(string one, string other, string target) => Line(
            $"queries/s, {one} / {other}",
            Workload.All.Select(
                work => Cell(samples[(one, work)].Zip(samples[(other, work)], (mine, its) => mine.PerSecond / its.PerSecond), "0.00")),
            target);

        void Line(string label, IEnumerable<string> cells, string target)
        {
            string start = label.Length < LabelWidth ? label.PadRight(LabelWidth) : $"{label}\n{new string(' ', LabelWidth)}";
            text.Append($"{start}{string.Concat(cells.Select(cell => cell.PadRight(CellWidth)))}{target}".TrimEnd()).Append('\n');
        }
    }

    private static string Cell(IEnumerable<double> values, string format)
    {
        Spread spread = Spread.Of(values);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{spread.Median.ToString(format, CultureInfo.InvariantCulture)} ({spread.Least.ToString(format, CultureInfo.InvariantCulture)}-{spread.Most.ToString(format, CultureInfo.InvariantCulture)})");
    }
}
