using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using MySqlConnector;
using ProxyGuard.Core.Tests.Guarding;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Demo.Site;

namespace ProxyGuard.Benchmarks.Traffic;

/// <summary>
/// Members of the photo site on a real primary, at a human pace, and what its binlog grew by in each window. They pass no ProxyGuard: what
/// they asked for, they count themselves.
/// </summary>
internal sealed partial class TrafficRecorder
{
    private const int Members = 4;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<string, int> _counts = new();

    /// <param name="countsViews">Whether each look at a photo is written down.</param>
    /// <param name="directory">For the server's data.</param>
    public static async Task<TrafficRecording> RunAsync(bool countsViews, TimeSpan length, string directory, CancellationToken stop)
    {
        await using ReplicationFleet fleet = await ReplicationFleet.StartAsync(directory, 1, new FleetSettings(), stop);
        await using (MySqlConnection root = await fleet.Primary.ConnectAsync(stop))
            await PhotoSchema.SetUpAsync(root, stop);
        var database = new SiteDatabase("db1", fleet.Primary.ConnectionString(fleet.Accounts.App, "photos"));
        await using PhotoSite site = await PhotoSite.StartAsync("web1", database, database, 0, countsViews);
        return await new TrafficRecorder().RecordAsync(fleet.Primary, site.Address, length, stop);
    }

    private async Task<TrafficRecording> RecordAsync(DatabaseNode primary, Uri site, TimeSpan length, CancellationToken stop)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task[] members = [.. Enumerable.Range(0, Members).Select(seed => BrowseAsync(site, new Random(seed), end.Token))];
        var windows = new List<TrafficWindow>();
        LogPosition before = await primary.HeadAsync(stop);
        for (TimeSpan at = TimeSpan.Zero; at < length; at += Window)
        {
            await Task.Delay(Window, stop);
            LogPosition after = await primary.HeadAsync(stop);
            Dictionary<string, int> counts = _counts.ToDictionary();
            foreach (string kind in counts.Keys)
                _counts.AddOrUpdate(kind, 0, (_, count) => count - counts[kind]);
            // One in which the log rotated is left out.
            if (after.File == before.File)
                windows.Add(new(after.Offset - before.Offset, counts.Where(count => count.Value > 0).ToDictionary()));
            before = after;
        }

        await end.CancelAsync();
        await Task.WhenAll(members);
        return new TrafficRecording(Window.TotalSeconds, [.. windows]);
    }

    private async Task BrowseAsync(Uri address, Random random, CancellationToken stop)
    {
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        while (!stop.IsCancellationRequested)
        {
            try
            {
                string list = await GetAsync(browser, "/", "GET /", stop);
                string[] photos = [.. PhotoLink().Matches(list).Select(match => match.Value).Distinct()];
                for (int looks = random.Next(4); looks > 0; looks--)
                {
                    string photo = photos[random.Next(photos.Length)];
                    await GetAsync(browser, photo, "GET /photos/*", stop);
                    await Task.Delay(random.Next(300, 2500), stop);
                    if (random.Next(6) == 0)
                        await PostAsync(browser, $"{photo}/comments", new() { ["text"] = new string('x', random.Next(5, 800)) }, "POST /photos/*/comments", stop);
                    if (random.Next(5) == 0)
                        await PostAsync(browser, $"{photo}/like", [], "POST /photos/*/like", stop);
                }

                if (random.Next(4) == 0)
                    await GetAsync(browser, "/upload", "GET /upload", stop);
                // At times a member is away for a while: the quiet hours, in short.
                await Task.Delay(random.Next(12) == 0 ? random.Next(10_000, 40_000) : random.Next(500, 3000), stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
        }
    }

    private async Task<string> GetAsync(HttpClient browser, string path, string kind, CancellationToken stop)
    {
        string page = await browser.GetStringAsync(new Uri(path, UriKind.Relative), stop);
        Count(kind);
        return page;
    }

    private async Task PostAsync(HttpClient browser, string path, Dictionary<string, string> form, string kind, CancellationToken stop)
    {
        using var content = new FormUrlEncodedContent(form);
        using HttpResponseMessage answer = await browser.PostAsync(new Uri(path, UriKind.Relative), content, stop);
        Count(kind);
    }

    private void Count(string kind) => _counts.AddOrUpdate(kind, 1, static (_, count) => count + 1);

    [GeneratedRegex("/photos/[0-9]+(?=\")")]
    private static partial Regex PhotoLink();
}
