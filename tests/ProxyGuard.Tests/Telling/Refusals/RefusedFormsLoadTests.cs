using System.Diagnostics;
using System.Globalization;
using System.Net;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Refusals;

/// <summary>
/// Whoever gets large forms back takes little from those who only read. A measurement: with <c>-explicit only</c>, on a machine that does
/// nothing else.
/// </summary>
public sealed class RefusedFormsLoadTests
{
    private const int Posters = 64;
    private const int Readers = 4;

    private static readonly string Form = $"text={new string('"', 256 * 1024 - 16)}";

    [Fact(Explicit = true)]
    public async Task Pages_are_at_most_three_times_slower_beside_64_clients_posting_256_KB_forms()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        await MeasureAsync(site, posters: 8);

        Course quiet = await MeasureAsync(site, posters: 0);
        Course loaded = await MeasureAsync(site, Posters);

        TestContext.Current.TestOutputHelper!.WriteLine($"quiet {quiet}; beside {Posters} clients {loaded}");
        Assert.True(loaded.Middle <= 3 * quiet.Middle, $"{loaded} instead of {quiet}");
        Assert.Equal(0, site.Service<KeptBudget>().Used);
    }

    private static async Task<Course> MeasureAsync(GuardedSite site, int posters)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(8));
        Task<int>[] posting = [.. Enumerable.Range(0, posters).Select(_ => Task.Run(() => PostAsync(site, over.Token)))];
        double[][] times = await Task.WhenAll(Enumerable.Range(0, Readers).Select(_ => Task.Run(() => ReadAsync(site, over.Token))));
        int[] posted = await Task.WhenAll(posting);
        double[] all = [.. times.SelectMany(one => one).Order()];
        return new Course(all[all.Length / 2], all[all.Length * 99 / 100], all.Length, posted.Sum());
    }

    private static async Task<int> PostAsync(GuardedSite site, CancellationToken over)
    {
        int posted = 0;
        while (!over.IsCancellationRequested)
        {
            using HttpResponseMessage answer = await site.Http.SendAsync(RefusalTests.Form("/comments", Form), CancellationToken.None);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            Assert.InRange((await answer.Content.ReadAsByteArrayAsync(CancellationToken.None)).Length, 256 * 1024, 300 * 1024);
            posted++;
        }

        return posted;
    }

    private static async Task<double[]> ReadAsync(GuardedSite site, CancellationToken over)
    {
        var times = new List<double>();
        while (!over.IsCancellationRequested)
        {
            long start = Stopwatch.GetTimestamp();
            using HttpResponseMessage answer = await site.Http.GetAsync("/photos/17", CancellationToken.None);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
        }

        return [.. times];
    }

    private sealed record Course(double Middle, double Late, int Pages, int Forms)
    {
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture, $"{Middle:0.00} ms in the median, {Late:0.0} ms in 99 of 100, {Pages} pages, {Forms} forms");
    }
}
