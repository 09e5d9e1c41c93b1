using System.Net;
using System.Net.Http.Headers;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>When all is well, ProxyGuard is not there.</summary>
[Collection(nameof(SharesTheQuietFleet))]
public sealed class TransparencyTests(QuietFleet fleet, ITestOutputHelper output)
{
    private const int UploadBytes = 200_000_000;
    private const int Megabyte = 1_000_000;

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Theory]
    [InlineData("/")]
    [InlineData("/photos/3")]
    [InlineData("/photos/999999")]
    [InlineData("/site.css")]
    [InlineData("/photos/7/image")]
    public async Task A_page_or_image_has_the_bytes_the_web_server_sent(string path)
    {
        GuardedFleet site = await fleet.StartAsync();

        byte[] through = await BytesAsync(site.Http, path);
        using var http = new HttpClient();
        var direct = new List<byte[]>();
        foreach (var web in site.Sites)
            direct.Add(await BytesAsync(http, new Uri(web.Address, path).ToString()));

        output.WriteLine($"{path}: {through.Length} bytes");
        // One of them answered; a page names it at its foot.
        Assert.Contains(direct, bytes => bytes.SequenceEqual(through));
    }

    [Fact]
    public async Task ETag_and_304_pass_through()
    {
        GuardedFleet site = await fleet.StartAsync();
        await using Upstream upstream = await GuardAPlainUpstreamAsync(site);
        upstream.Answer = context =>
        {
            context.Response.Headers.ETag = "\"v1\"";
            bool isKnown = context.Request.Headers.IfNoneMatch == "\"v1\"";
            context.Response.StatusCode = isKnown ? (int)HttpStatusCode.NotModified : (int)HttpStatusCode.OK;
            return Task.CompletedTask;
        };

        using HttpResponseMessage first = await site.Http.GetAsync(new Uri("/page", UriKind.Relative));
        using var again =
            new HttpRequestMessage(HttpMethod.Get, "/page") { Headers = { IfNoneMatch = { new EntityTagHeaderValue("\"v1\"") } } };
        again.Headers.Accept.ParseAdd(Members.BrowsersAccept);
        using HttpResponseMessage second = await site.Http.SendAsync(again);

        Assert.Equal((HttpStatusCode.OK, "\"v1\""), (first.StatusCode, first.Headers.ETag?.Tag));
        Assert.Equal((HttpStatusCode.NotModified, "\"v1\""), (second.StatusCode, second.Headers.ETag?.Tag));
    }

    [Fact]
    public async Task A_200_MB_upload_is_streamed_without_buffering()
    {
        GuardedFleet site = await fleet.StartAsync();
        await using Upstream upstream = await GuardAPlainUpstreamAsync(site);
        await WarmUpAsync(site);
        site.Guard.ForgetPeak();
        long before = site.Guard.ResidentBytes();

        using var body = new StreamContent(new Zeros(UploadBytes));
        using HttpResponseMessage answer = await site.Http.PostAsync(new Uri("/upload", UriKind.Relative), body);

        long grown = site.Guard.PeakResidentBytes() - before;
        output.WriteLine(
            $"resident before {before / Megabyte} MB, at most {grown / (double)Megabyte:0.0} MB more during the upload, {site.Guard.ResidentBytes() / Megabyte} MB after it");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(UploadBytes, upstream.Seen.Last().BodyBytes);
        Assert.InRange(grown, long.MinValue, 20 * Megabyte);
    }

    [Fact]
    public async Task ProxyGuard_uses_at_most_120_MB_after_ten_seconds_of_probing()
    {
        GuardedFleet site = await fleet.StartAsync();
        await site.RestartGuardAsync();

        DateTimeOffset startedAt = (await site.StatusAsync()).SeenAt;
        await Eventually.HappensAsync(
            "ten seconds of probing", Deadline, async () => (await site.StatusAsync()).SeenAt - startedAt >= TimeSpan.FromSeconds(10));

        output.WriteLine(
            $"resident {site.Guard.ResidentBytes() / Megabyte} MB, at most {site.Guard.PeakResidentBytes() / Megabyte} MB since the start");
        Assert.InRange(site.Guard.ResidentBytes(), 0, 120 * Megabyte);
    }

    private static async Task<Upstream> GuardAPlainUpstreamAsync(GuardedFleet site)
    {
        Upstream upstream = await Upstream.StartAsync("plain");
        await site.KillGuardAsync();
        site.Configuration = site.Configuration with { WebServers = [new WebServer("plain", upstream.Address, null)] };
        await site.StartGuardAsync();
        await site.WaitForModeAsync("normal", Deadline);
        return upstream;
    }

    private static async Task WarmUpAsync(GuardedFleet site)
    {
        for (int i = 0; i < 50; i++)
        {
            using HttpResponseMessage page = await site.Http.GetAsync(new Uri("/page", UriKind.Relative));
            using var body = new StreamContent(new Zeros(Megabyte));
            using HttpResponseMessage answer = await site.Http.PostAsync(new Uri("/upload", UriKind.Relative), body);
        }
    }

    private static async Task<byte[]> BytesAsync(HttpClient http, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Accept.ParseAdd(Members.BrowsersAccept);
        using HttpResponseMessage answer = await http.SendAsync(request);
        return await answer.Content.ReadAsByteArrayAsync();
    }
}
