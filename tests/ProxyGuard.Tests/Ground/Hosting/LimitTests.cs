using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Ground.Hosting;

/// <summary>A site with limits that a test can reach.</summary>
public sealed class TightSite : RawSite
{
    internal override void Change(JsonObject json)
    {
        json.Put("ProxyGuard:Limits", JsonNode.Parse("""
            { "MaxConnections": 12, "MaxConnectionsPerAddress": 4, "MaxRequestLineBytes": 512, "MaxHeaderBytes": 2048, "MaxHeaders": 20, "MaxBodyBytes": 100000,
              "HeadersTimeout": "00:00:01", "KeepAliveTimeout": "00:00:02", "MinBytesPerSecond": 1000000, "MinRateGracePeriod": "00:00:05" }
            """));
        json.Put(
            "ReverseProxy:Routes:small",
            JsonNode.Parse("""{ "ClusterId": "site", "MaxRequestBodySize": 1000, "Match": { "Path": "/small" } }"""));
    }
}

/// <summary>Nobody can take so much that others get nothing.</summary>
public class LimitTests(TightSite raw) : IClassFixture<TightSite>
{
    private const string Good = "GET /a HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n";

    [Fact]
    public Task An_overlong_request_line_is_rejected() =>
        raw.RefusedAsync($"GET /{new string('a', 600)} HTTP/1.1\r\nHost: club.example\r\n\r\n", 414);

    [Fact]
    public Task Overlong_headers_are_rejected() =>
        raw.RefusedAsync($"GET /a HTTP/1.1\r\nHost: club.example\r\nX-A: {new string('a', 3000)}\r\n\r\n", 431);

    [Fact]
    public Task Too_many_headers_are_rejected() =>
        raw.RefusedAsync(
            $"GET /a HTTP/1.1\r\nHost: club.example\r\n{string.Concat(Enumerable.Range(0, 30).Select(i => $"X-{i}: 1\r\n"))}\r\n", 431);

    [Theory]
    [InlineData("/a", 100_001)]
    [InlineData("/small", 1_001)]
    public Task A_body_announced_as_too_large_is_rejected_before_it_is_sent(string path, int length) =>
        raw.RefusedAsync($"POST {path} HTTP/1.1\r\nHost: club.example\r\nContent-Length: {length}\r\n\r\n", 413);

    [Theory]
    // The sizes of the chunks are counted along.
    [InlineData("/a", 99_900, 200)]
    [InlineData("/small", 900, 200)]
    [InlineData("/a", 100_010, 413)]
    [InlineData("/small", 1_010, 413)]
    public async Task A_chunked_body_over_the_size_limit_is_rejected(string path, int length, int status)
    {
        raw.Upstream.Seen.Clear();

        string answer = await raw.AskAsync(
            $"POST {path} HTTP/1.1\r\nHost: club.example\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n{length - 10:x}\r\n{new string('x', length - 10)}\r\na\r\n0123456789\r\n0\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Equal(status == 200 ? 1 : 0, raw.Upstream.Seen.Count);
    }

    [Fact]
    public async Task Headers_that_do_not_arrive_in_time_end_the_connection()
    {
        var watch = Stopwatch.StartNew();

        string answer = await raw.AskAsync("GET /a HTTP/1.1\r\nHost: club");

        Assert.StartsWith("HTTP/1.1 408 ", answer, StringComparison.Ordinal);
        Assert.InRange(watch.Elapsed.TotalSeconds, 0.9, 10);
    }

    [Fact]
    public async Task An_idle_keep_alive_connection_is_closed()
    {
        string answer = await raw.AskAsync("GET /a HTTP/1.1\r\nHost: club.example\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_that_arrives_too_slowly_ends_the_connection()
    {
        raw.Upstream.Seen.Clear();
        using TcpClient client = await raw.ConnectAsync();
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            "POST /a HTTP/1.1\r\nHost: club.example\r\nContent-Length: 1000\r\n\r\nx"u8.ToArray(), TestContext.Current.CancellationToken);
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));

        using var reader = new StreamReader(stream, Encoding.Latin1);
        string answer = await reader.ReadToEndAsync(deadline.Token);

        Assert.Matches("^(HTTP/1.1 408 |$)", answer);
        Assert.Empty(raw.Upstream.Seen);
    }

    [Fact]
    public async Task A_client_that_does_not_read_is_disconnected()
    {
        var closed = new TaskCompletionSource();
        raw.Upstream.Answer = async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 500000000\r\n\r\n"u8.ToArray());
            var block = new byte[1024 * 1024];
            try
            {
                for (int i = 0; i < 500; i++)
                    await stream.WriteAsync(block);
            }
            catch (IOException)
            {
                closed.SetResult();
            }

            return false;
        };
        using TcpClient client = await raw.ConnectAsync();
        client.ReceiveBufferSize = 4096;
        await client.GetStream().WriteAsync(
            Encoding.Latin1.GetBytes("GET /large HTTP/1.1\r\nHost: club.example\r\n\r\n"), TestContext.Current.CancellationToken);

        // Kestrel gives whatever the system's buffers took, some megabytes, the time that the slowest may take for it. Nothing is read: the
        // web server is told that nobody wants it.
        await closed.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
    }

    [Fact]
    public async Task Connections_per_address_are_limited()
    {
        const string Greedy = "127.0.0.3";
        TcpClient[] held = await HoldAsync(4, Greedy);

        Assert.Equal("", await raw.AskAsync(Good, Greedy));
        Assert.StartsWith("HTTP/1.1 200 ", await raw.AskAsync(Good, "127.0.0.4"), StringComparison.Ordinal);

        Release(held);
        await Eventually.HappensAsync(
            "there is room again", TimeSpan.FromSeconds(10),
            async () => (await raw.AskAsync(Good, Greedy)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Management_stays_reachable_when_members_hold_all_connections()
    {
        TcpClient[] held = await HoldAsync(12, from: null);

        Assert.Equal("", await raw.AskAsync(Good, "127.0.0.5"));
        using HttpResponseMessage fleet = await raw.Site.Management.GetAsync("/api/v1/fleet", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, fleet.StatusCode);
        Assert.Matches(
            "proxyguard_refused_connections_total [1-9]",
            await raw.Site.Management.GetStringAsync("/metrics", TestContext.Current.CancellationToken));

        Release(held);
        await Eventually.HappensAsync(
            "there is room again", TimeSpan.FromSeconds(10),
            async () => (await raw.AskAsync(Good)).StartsWith("HTTP/1.1 200 ", StringComparison.Ordinal));
    }

    // Each has said something, so that it is counted before the next comes.
    private async Task<TcpClient[]> HoldAsync(int count, string? from)
    {
        var held = new List<TcpClient>();
        while (held.Count < count)
        {
            TcpClient client = await raw.ConnectAsync(from);
            await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes("GET /a HTTP/1.1\r\nHost: club.example\r\n\r\n"));
            if (await client.GetStream().ReadAsync(new byte[1024]) == 0)
                throw new InvalidOperationException("closed before the limit");
            held.Add(client);
        }

        return [.. held];
    }

    private static void Release(TcpClient[] held)
    {
        foreach (TcpClient client in held)
            client.Dispose();
    }
}
