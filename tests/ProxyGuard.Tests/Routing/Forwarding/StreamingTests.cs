using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>What is long, late or never ends passes while it comes.</summary>
public class StreamingTests
{
    private const long Large = 256L * 1024 * 1024;
    private const long MostGrowth = 50L * 1024 * 1024;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_large_download_is_streamed_without_buffering()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        AnswerAll(site, SendLargeAsync);
        await DownloadAsync(site, 16);
        long before = Resident();

        (long bytes, long most) = await DownloadAsync(site, Large);

        Assert.Equal(Large, bytes);
        Assert.InRange(most - before, long.MinValue, MostGrowth);
    }

    [Fact]
    public async Task A_large_upload_is_streamed_without_buffering()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        long before = Resident();

        using HttpResponseMessage answer = await site.Http.PostAsync("/upload", new StreamContent(new Zeros(Large)), Stop);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(Large, site.Upstreams["web1"].Seen.Single().BodyBytes);
        Assert.InRange(Resident() - before, long.MinValue, MostGrowth);
    }

    [Fact]
    public async Task The_first_response_byte_is_passed_on_before_the_last_arrives()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var rest = new TaskCompletionSource();
        AnswerAll(site, async context =>
        {
            context.Response.ContentType = "text/event-stream";
            await context.Response.WriteAsync("data: 1\n\n");
            await context.Response.Body.FlushAsync();
            await rest.Task;
            await context.Response.WriteAsync("data: 2\n\n");
        });

        using HttpResponseMessage answer = await site.Http.GetAsync("/events", HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
        Assert.Equal("data: 1", await reader.ReadLineAsync(Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(5), Stop));
        rest.SetResult();

        Assert.Equal("\ndata: 2\n\n", await reader.ReadToEndAsync(Stop));
    }

    [Theory]
    [InlineData("Content-Length: 1000\r\n\r\nhalf")]
    [InlineData("Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n")]
    public async Task A_truncated_upstream_response_does_not_look_complete(string answer)
    {
        await using var upstream = new RawUpstream();
        upstream.Answer = async (_, stream) =>
        {
            await stream.WriteAsync(Encoding.Latin1.GetBytes($"HTTP/1.1 200 OK\r\n{answer}"));
            return false;
        };
        await using GuardedSite site = await GuardedSite.StartWellAsync(json => PointTo(json, upstream.Address));

        // Sometimes the end comes before the head was passed on; then there is no answer at all.
        await Assert.ThrowsAsync<HttpRequestException>(() => site.Http.GetByteArrayAsync("/a", Stop));
    }

    [Fact]
    public async Task A_client_disconnect_aborts_the_upstream_request()
    {
        var started = new TaskCompletionSource();
        var aborted = new TaskCompletionSource();
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        AnswerAll(site, async context =>
        {
            started.SetResult();
            await context.RequestAborted.AsTask();
            aborted.SetResult();
        });
        using (var client = new TcpClient())
        {
            await client.ConnectAsync(site.Address.Host, site.Address.Port, Stop);
            await client.GetStream().WriteAsync("GET /slow HTTP/1.1\r\nHost: club.example\r\n\r\n"u8.ToArray(), Stop);
            await started.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        }

        await aborted.Task.WaitAsync(TimeSpan.FromSeconds(10), Stop);
    }

    private static void AnswerAll(GuardedSite site, Func<HttpContext, Task> answer)
    {
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = answer;
    }

    internal static void PointTo(JsonNode json, Uri address)
    {
        foreach (string web in (string[])["web1", "web2", "web3"])
            json.AsObject().Put($"ReverseProxy:Clusters:site:Destinations:{web}:Address", address.ToString());
        json.AsObject().Put("Logging:LogLevel:Yarp", "None");
    }

    private static async Task SendLargeAsync(HttpContext context)
    {
        long bytes = long.Parse(context.Request.Query["bytes"].ToString());
        context.Response.ContentLength = bytes;
        await new Zeros(bytes).CopyToAsync(context.Response.Body, 64 * 1024);
    }

    private static async Task<(long Bytes, long MostResident)> DownloadAsync(GuardedSite site, long length)
    {
        using HttpResponseMessage answer = await site.Http.GetAsync(
            $"/large?bytes={length}", HttpCompletionOption.ResponseHeadersRead, Stop);
        await using Stream body = await answer.Content.ReadAsStreamAsync(Stop);
        var buffer = new byte[64 * 1024];
        (long bytes, long most, long looked) = (0, 0, 0);
        int read;
        while ((read = await body.ReadAsync(buffer, Stop)) > 0)
        {
            bytes += read;
            if (bytes - looked < 8 * 1024 * 1024)
                continue;
            looked = bytes;
            most = Math.Max(most, Resident());
        }

        return (bytes, most);
    }

    private static long Resident()
    {
        using var process = Process.GetCurrentProcess();
        return process.WorkingSet64;
    }
}

internal static class Aborted
{
    public static Task AsTask(this CancellationToken stop)
    {
        var ended = new TaskCompletionSource();
        stop.Register(ended.SetResult);
        return ended.Task;
    }
}
