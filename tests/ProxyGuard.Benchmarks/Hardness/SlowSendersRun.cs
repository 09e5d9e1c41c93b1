using System.Diagnostics;
using System.Globalization;
using ProxyGuard.Testing;

namespace ProxyGuard.Benchmarks.Hardness;

/// <summary>Normal requests with and without slow senders, in turn and in the same process, so that both have the same machine.</summary>
internal static class SlowSendersRun
{
    private const int Senders = 5_000;
    private const int Askers = 16;

    public static async Task<int> RunAsync(bool isQuick, TextWriter output, CancellationToken stop)
    {
        (int rounds, TimeSpan length) = isQuick ? (3, TimeSpan.FromSeconds(3)) : (5, TimeSpan.FromSeconds(8));
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        byte[] page = new byte[1024];
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context => context.Response.Body.WriteAsync(page).AsTask();
        await MeasureAsync(site, length, stop);

        var without = new List<Course>();
        var with = new List<Course>();
        int reopened = 0;
        for (int round = 0; round < rounds; round++)
        {
            without.Add(await MeasureAsync(site, length, stop));
            await using SlowSenders senders = await SlowSenders.OpenAsync(site.Address, Senders, stop);
            with.Add(await MeasureAsync(site, length, stop));
            reopened += senders.Reopened;
        }

        await output.WriteLineAsync(
            $"| {Askers} connections asking, {rounds} rounds of {length.TotalSeconds} s | requests/s | median | 99 of 100 |");
        await output.WriteLineAsync("|---|---|---|---|");
        await output.WriteLineAsync(Row("alone", without));
        await output.WriteLineAsync(Row($"beside {Senders} slow senders ({reopened} were closed and came again)", with));
        return 0;
    }

    private static async Task<Course> MeasureAsync(GuardedSite site, TimeSpan length, CancellationToken stop)
    {
        long start = Stopwatch.GetTimestamp();
        List<double>[] times = await Task.WhenAll(
            Enumerable.Range(0, Askers).Select(_ => Task.Run(() => AskAsync(site, start, length, stop), stop)));
        double elapsed = Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Seen.Clear();
        double[] all = [.. times.SelectMany(one => one).Order()];
        return new Course(all.Length / elapsed, all[all.Length / 2], all[all.Length * 99 / 100]);
    }

    private static async Task<List<double>> AskAsync(GuardedSite site, long start, TimeSpan length, CancellationToken stop)
    {
        var times = new List<double>();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            long before = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await site.Http.GetAsync("/page", stop);
            answer.EnsureSuccessStatusCode();
            times.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
        }

        return times;
    }

    private static string Row(string name, List<Course> courses) => string.Create(
        CultureInfo.InvariantCulture,
        $"| {name} | {Median(courses, course => course.PerSecond):0} | {Median(courses, course => course.Middle):0.00} ms | {Median(courses, course => course.Late):0.00} ms |");

    private static double Median(List<Course> courses, Func<Course, double> of) => courses.Select(of).Order().ElementAt(courses.Count / 2);

    /// <param name="Middle">Milliseconds.</param>
    /// <param name="Late">Milliseconds, of which 99 of 100 requests took less.</param>
    private sealed record Course(double PerSecond, double Middle, double Late);
}
