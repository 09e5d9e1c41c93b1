using System.Net;
using ProxyGuard.Core.Routing;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>What is tried once more, and what never is.</summary>
public sealed class RetryTests : IAsyncDisposable
{
    private readonly RawUpstream _upstream = new() { Answer = static (_, _) => Task.FromResult(false) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _upstream.DisposeAsync();

    [Fact]
    public async Task A_failed_read_is_retried_once()
    {
        _upstream.Answer = RawUpstream.Always("HTTP/1.1 NONSENSE\r\n\r\n");
        await using GuardedSite site = await StartAsync();

        using HttpResponseMessage answer = await site.Http.GetAsync("/a", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal(["GET /a HTTP/1.1", "GET /a HTTP/1.1"], _upstream.Seen.Select(seen => seen.RequestLine));
    }

    [Fact]
    public async Task Retries_are_limited_by_the_budget_when_every_upstream_fails()
    {
        const int Requests = 200;
        _upstream.Answer = RawUpstream.Always("HTTP/1.1 NONSENSE\r\n\r\n");
        await using GuardedSite site = await StartAsync();
        for (int request = 0; request < Requests; request++)
        {
            using HttpResponseMessage answer = await site.Http.GetAsync("/a", Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        }

        // The first finds the reserve full and earns nothing.
        Assert.Equal(Requests + RetryBudget.Reserve + (Requests - 1) / 10, _upstream.Seen.Count);
    }

    /// <summary>.NET's HTTP client would send those without a body up to four times, whatever their method.</summary>
    [Theory]
    [InlineData("POST", "/a", false)]
    [InlineData("POST", "/a", true)]
    [InlineData("DELETE", "/a", false)]
    [InlineData("PATCH", "/a", false)]
    [InlineData("MKCOL", "/a", false)]
    [InlineData("BREW", "/a", false)]
    [InlineData("GET", "/like/7", false)]
    [InlineData("HEAD", "/login", false)]
    [InlineData("GET", "/a", true)]
    public async Task Writes_and_requests_with_a_body_are_never_retried(
        string method, string path, bool hasBody)
    {
        await using GuardedSite site = await StartAsync();
        using var request = new HttpRequestMessage(new HttpMethod(method), path) { Content = hasBody ? new StringContent("hi") : null };

        using HttpResponseMessage answer = await site.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Single(_upstream.Seen);
    }

    [Fact]
    public async Task A_request_is_not_retried_after_the_first_response_byte()
    {
        _upstream.Answer = static async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray());
            return false;
        };
        await using GuardedSite site = await StartAsync();

        await Assert.ThrowsAsync<HttpRequestException>(() => site.Http.GetStringAsync("/a", Stop));

        Assert.Single(_upstream.Seen);
    }

    [Fact]
    public async Task A_request_is_not_retried_after_the_client_has_disconnected()
    {
        var asked = new TaskCompletionSource();
        var left = new TaskCompletionSource();
        _upstream.Answer = async (_, stream) =>
        {
            asked.TrySetResult();
            if (await stream.ReadAsync(new byte[1], Stop) == 0)
                left.TrySetResult();
            return false;
        };
        await using GuardedSite site = await StartAsync();
        using (var leaving = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            Task<string> read = site.Http.GetStringAsync("/a", leaving.Token);
            await asked.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
            await leaving.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => read);
        }

        await left.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
        _upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
        Assert.Equal("ok", await site.Http.GetStringAsync("/b", Stop));
        Assert.Equal(["GET /a HTTP/1.1", "GET /b HTTP/1.1"], _upstream.Seen.Select(seen => seen.RequestLine));
        Assert.Contains("\nproxyguard_retries_total 0\n", await site.Management.GetStringAsync("/metrics", Stop), StringComparison.Ordinal);
    }

    private Task<GuardedSite> StartAsync() => GuardedSite.StartWellAsync(json => StreamingTests.PointTo(json, _upstream.Address));
}
