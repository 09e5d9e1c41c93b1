using System.Diagnostics;
using System.Globalization;
using ProxyGuard.Testing;

namespace ProxyGuard.Benchmarks.Hardness;

/// <summary>What memory a body takes that passes through, client and web server included: they are in the same process.</summary>
internal static class LargeBodiesRun
{
    public static async Task<int> RunAsync(bool isQuick, TextWriter output, CancellationToken stop)
    {
        long length = (isQuick ? 64L : 1024L) * 1024 * 1024;
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context =>
                HttpMethods.IsGet(context.Request.Method)
                    ? new Zeros(length).CopyToAsync(context.Response.Body, 64 * 1024)
                    : Task.CompletedTask;

        await ReportAsync("download", output, length, () => DownloadAsync(site, stop));
        await ReportAsync("upload", output, length, () => UploadAsync(site, length, stop));
        return 0;
    }

    private static async Task ReportAsync(string what, TextWriter output, long length, Func<Task> pass)
    {
        long before = Resident();
        long most = before;
        long start = Stopwatch.GetTimestamp();
        Task passing = pass();
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (!passing.IsCompleted && await pace.WaitForNextTickAsync())
            most = Math.Max(most, Resident());
        await passing;
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        await output.WriteLineAsync(string.Create(
            CultureInfo.InvariantCulture,
                $"{what} of {length >> 20} MB in {seconds:0.0} s: resident memory grew by at most {(most - before) / 1048576.0:0.0} MB"));
    }

    private static async Task DownloadAsync(GuardedSite site, CancellationToken stop)
    {
        using HttpResponseMessage answer = await site.Http.GetAsync("/large", HttpCompletionOption.ResponseHeadersRead, stop);
        await using Stream body = await answer.Content.ReadAsStreamAsync(stop);
        await body.CopyToAsync(Stream.Null, stop);
    }

    private static async Task UploadAsync(GuardedSite site, long length, CancellationToken stop)
    {
        using HttpResponseMessage answer = await site.Http.PostAsync("/upload", new StreamContent(new Zeros(length)), stop);
        answer.EnsureSuccessStatusCode();
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}
