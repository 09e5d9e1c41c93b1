using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Routing.Forwarding;
using ProxyGuard.Routing.Requests;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Deciding.Guarding;

/// <summary>Writes that are on their way when the site is closed: counted, and finished.</summary>
public sealed class InFlightWritesTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task In_flight_writes_finish_and_are_counted_while_new_writes_are_refused()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = context => held.Task.WaitAsync(Stop);
        Task<HttpResponseMessage>[] writes =
            [.. Enumerable.Range(0, 3).Select(i => site.Http.PostAsync("/comments", new StringContent($"text={i}"), Stop))];
        await Eventually.HappensAsync("they are under way", TimeSpan.FromSeconds(10), () => site.Upstreams["web1"].Seen.Count == 3);

        await site.StopReplicasAsync();
        Assert.Equal(3, await UnderWayAsync(site));
        using (HttpResponseMessage refused = await site.Http.PostAsync("/comments", new StringContent("text=late"), Stop))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Equal(3, await UnderWayAsync(site));

        held.SetResult();
        foreach (HttpResponseMessage answer in await Task.WhenAll(writes))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answer.Dispose();
        }

        await Eventually.HappensAsync("none is left", TimeSpan.FromSeconds(10), async () => await UnderWayAsync(site) == 0);
        Assert.Equal(3, site.Upstreams["web1"].Seen.Count);
    }

    [Fact]
    public async Task Setting_a_hold_returns_the_number_of_in_flight_writes()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = context => held.Task.WaitAsync(Stop);
        Task<HttpResponseMessage> write = site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);
        await Eventually.HappensAsync("it is under way", TimeSpan.FromSeconds(10), () => site.Upstreams["web1"].Seen.Count == 1);

        using HttpResponseMessage answer = await site.Management.PutAsJsonAsync(
            "/api/v1/maintenance", new { mode = "maintenance", reason = "a new disk" }, Stop);

        Assert.Equal(1, (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("writesUnderWay").GetInt64());
        held.SetResult();
        using HttpResponseMessage written = await write;
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
    }

    [Fact]
    public async Task Reads_and_failed_writes_do_not_count_as_in_flight_writes()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var held = new TaskCompletionSource();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = context => held.Task.WaitAsync(Stop);
        Task<string> read = site.Http.GetStringAsync("/", Stop);
        await Eventually.HappensAsync(
            "it is under way", TimeSpan.FromSeconds(10), () => site.Upstreams.Values.Any(upstream => !upstream.Seen.IsEmpty));
        Assert.Equal(0, await UnderWayAsync(site));
        held.SetResult();
        await read;

        await site.Upstreams["web1"].DisposeAsync();
        using HttpResponseMessage failed = await site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, failed.StatusCode);
        Assert.Equal(0, await UnderWayAsync(site));
    }

    /// <summary>
    /// Between the verdict and the count the site can be closed: who then reads zero and begins to work on the database must not meet that
    /// write.
    /// </summary>
    [Fact]
    public async Task A_write_not_yet_counted_is_refused_if_the_site_becomes_read_only()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        GuardBoard board = site.Service<GuardBoard>();
        var context = new DefaultHttpContext { Request = { Method = "POST" }, Response = { Body = new MemoryStream() } };
        context.Features.Get<IHttpRequestFeature>()!.RawTarget = "/comments";
        context.Features.Set(board.Decide(RequestKind.Write, "POST"));
        bool isForwarded = false;
        Task ForwardAsync(HttpContext _)
        {
            isForwarded = true;
            return Task.CompletedTask;
        }

        var middleware = new WriteCountMiddleware(
            ForwardAsync, board, site.Service<RequestReading>(), site.Service<Refusals>(), site.Service<InFlightWrites>());

        await site.StopReplicasAsync();
        await middleware.InvokeAsync(context);

        Assert.False(isForwarded);
        Assert.Equal(StatusCodes.Status503ServiceUnavailable, context.Response.StatusCode);
        Assert.Equal("read-only", context.Response.Headers["X-ProxyGuard-Mode"]);
        Assert.Equal(0, await UnderWayAsync(site));
    }

    /// <summary>Nobody sees what its frames do; while it is open it counts, and in maintenance it ends after a grace.</summary>
    [Fact]
    public async Task A_WebSocket_counts_as_in_flight_and_is_closed_in_maintenance_after_a_grace_period()
    {
        await using EchoServer echo = await EchoServer.StartAsync();
        await using GuardedSite site = await GuardedSite.StartWellAsync(json => StreamingTests.PointTo(json, echo.Address));
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/chat/17" }.Uri, Stop);
        Assert.Equal(1, await UnderWayAsync(site));

        // Read-only: as far as the rules say it only reads.
        await site.StopReplicasAsync();
        await site.TickAsync(30);
        Assert.Equal(1, await UnderWayAsync(site));
        JsonElement write = Assert.Single((await WritesAsync(site)).EnumerateArray());
        Assert.Equal(("websocket", "GET", "/chat/*", "site", JsonValueKind.Null),
            (write.GetProperty("kind").GetString(), write.GetProperty("method").GetString(), write.GetProperty("path").GetString(),
                write.GetProperty("route").GetString(), write.GetProperty("endsInSeconds").ValueKind));

        using HttpResponseMessage hold = await site.Management.PutAsJsonAsync(
            "/api/v1/maintenance", new { mode = "maintenance", reason = "a new disk" }, Stop);
        await site.TickAsync(10);
        Assert.Equal(1, await UnderWayAsync(site));
        Assert.InRange((await WritesAsync(site))[0].GetProperty("endsInSeconds").GetDouble(), 4, 6);
        Task<WebSocketReceiveResult> next = socket.ReceiveAsync(new ArraySegment<byte>(new byte[16]), Stop);
        await site.TickAsync(11);

        await Assert.ThrowsAsync<WebSocketException>(() => next.WaitAsync(TimeSpan.FromSeconds(10), Stop));
        await Eventually.HappensAsync("none is left", TimeSpan.FromSeconds(10), async () => await UnderWayAsync(site) == 0);
    }

    [Fact]
    public async Task A_write_past_its_deadline_is_aborted_and_its_outcome_reported_as_unknown()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["ReadOnly"] = new System.Text.Json.Nodes.JsonObject { ["EndWritesAfter"] = "00:00:20" });
        site.Upstreams["web1"].Answer = context => Task.Delay(Timeout.Infinite, context.RequestAborted);
        using var request =
            new HttpRequestMessage(HttpMethod.Post,
                "/comments")
            {
                Content = new StringContent(
                    "text=What+a+summer!", new System.Net.Http.Headers.MediaTypeHeaderValue("application/x-www-form-urlencoded"))
            };
        request.Headers.Add("Accept", "text/html");
        Task<HttpResponseMessage> write = site.Http.SendAsync(request, Stop);
        await Eventually.HappensAsync("it is under way", TimeSpan.FromSeconds(10), () => site.Upstreams["web1"].Seen.Count == 1);
        // While the site is open it may take as long as it takes.
        await site.TickAsync(60);
        await site.StopReplicasAsync();
        await site.TickAsync(30);
        Assert.Equal(1, await UnderWayAsync(site));
        await site.TickAsync(15);

        using HttpResponseMessage answer = await write.WaitAsync(TimeSpan.FromSeconds(10), Stop);
        string page = await answer.Content.ReadAsStringAsync(Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("We do not know whether this arrived.", page, StringComparison.Ordinal);
        Assert.Contains("What a summer!", page, StringComparison.Ordinal);
        Assert.Equal(0, await UnderWayAsync(site));
    }

    [Fact]
    public async Task A_write_aborted_during_its_upload_is_answered_with_503()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["ReadOnly"] = new System.Text.Json.Nodes.JsonObject { ["EndWritesAfter"] = "00:00:20" });
        site.Upstreams["web1"].Answer = async context => await context.Request.Body.CopyToAsync(Stream.Null, context.RequestAborted);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, site.Address.Port, Stop);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            "POST /comments HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 1000\r\n\r\ntext=What+a+summer"u8.ToArray(),
            Stop);
        await Eventually.HappensAsync("it is under way", TimeSpan.FromSeconds(10), async () =>
            (await site.Management.GetStringAsync("/metrics", Stop))
                .Contains("\nproxyguard_writes_under_way 1\n", StringComparison.Ordinal));
        await site.StopReplicasAsync();
        await site.TickAsync(45);
        byte[] answer = new byte[4096];
        int read = await stream.ReadAsync(answer, Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(10), Stop);

        Assert.StartsWith("HTTP/1.1 503 ", System.Text.Encoding.ASCII.GetString(answer, 0, read), StringComparison.Ordinal);
    }

    private static async Task<JsonElement> WritesAsync(GuardedSite site) =>
        (await site.Management.GetFromJsonAsync<JsonElement>("/api/v1/writes", Stop)).GetProperty("writes");

    private static async Task<long> UnderWayAsync(GuardedSite site)
    {
        long told = (
            await site.Management.GetFromJsonAsync<JsonElement>("/api/v1/maintenance", Stop)).GetProperty("writesUnderWay").GetInt64();
        Assert.Contains(
            $"\nproxyguard_writes_under_way {told}\n", await site.Management.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
        return told;
    }
}
