using System.Globalization;
using System.Text.RegularExpressions;

namespace ProxyGuard.Benchmarks.Comparison;

/// <summary>What one proxy did with one body in one round.</summary>
/// <param name="ProcessorMicroseconds">The proxy's own processor time for one request; other programs on the machine disturb it
/// least.</param>
internal sealed record Sample(double RequestsPerSecond, double P99Milliseconds, double ProcessorMicroseconds);

/// <summary>The load: wrk with 32 connections that stay open, each asking again as soon as it has its answer.</summary>
internal sealed partial class Wrk(string directory, Cores cores)
{
    private const int Connections = 32;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    // What a browser sends along, for a proxy has to carry it too.
    private static readonly string[] Headers =
    [
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
        "Accept: text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Language: de,en-US;q=0.7,en;q=0.3",
        "Cookie: session=0123456789abcdef0123456789abcdef",
    ];

    public async Task<Sample> LoadAsync(Contestant contestant, Body body, TimeSpan time, CancellationToken stop)
    {
        string script = Path.Combine(directory, "report.lua");
        if (!File.Exists(script))
            await WriteScriptAsync(script, stop);
        string name = $"wrk-{Guid.NewGuid():N}";
        TimeSpan before = contestant.Process.ProcessorTime;
        await using (Child wrk = Child.Start(name, directory, Command(script, new Uri(contestant.Address, body.File), time)))
            await wrk.WaitForExitAsync(time + Deadline, stop);
        TimeSpan used = contestant.Process.ProcessorTime - before;

        string output = await File.ReadAllTextAsync(Path.Combine(directory, $"{name}.log"), stop);
        if (Report().Match(output) is not { Success: true } report)
            throw new MeasuringException($"wrk says nothing to count with:\n{output}");
        double requests = Number(report, 1);
        if (requests == 0 || Number(report, 4) > 0)
            throw new MeasuringException(
                $"{contestant.Name}, {body.Name}: {Number(report, 4)} of {requests} requests failed\n{output}\n{contestant.Process.LastWords}");
        return new Sample(requests / Number(report, 2) * 1e6, Number(report, 3) / 1e3, used.TotalMicroseconds / requests);
    }

    // One thread: a second would only take the origin's time on a small machine.
    private IReadOnlyList<string> Command(string script, Uri address, TimeSpan time) =>
    [
        .. cores.ForRest, Tools.Find("wrk"), "-t", "1", "-c", $"{Connections}", "-d", $"{time.TotalSeconds:0}s", "-s", script,
        .. Headers.SelectMany(header => (string[])["-H", header]), address.ToString(),
    ];

    private static async Task WriteScriptAsync(string path, CancellationToken stop)
    {
        await using Stream from = typeof(Wrk).Assembly.GetManifestResourceStream("report.lua")!;
        await using FileStream to = File.Create(path);
        await from.CopyToAsync(to, stop);
    }

    private static double Number(Match report, int group) => double.Parse(report.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^report (\d+) (\d+) (\d+) (\d+)$", RegexOptions.Multiline)]
    private static partial Regex Report();
}
