using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>What takes a web server out, for how long, and what does not.</summary>
public sealed class OutageTests : IAsyncDisposable
{
    private static readonly TimeSpan Quarter = TimeSpan.FromSeconds(0.25);

    private readonly RawUpstream _upstream = new();
    private readonly TaskCompletionSource _end = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _end.TrySetResult();
        await _upstream.DisposeAsync();
    }

    /// <summary>An upload that is not wanted: the web server says so at once and closes, while megabytes are still on their way.</summary>
    [Fact]
    public async Task An_upload_answered_early_does_not_mark_the_upstream_unhealthy()
    {
        await using GuardedSite site = await StartAsync("web1");
        _upstream.OnHead = static _ => "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
        for (int upload = 0; upload < 10; upload++)
        {
            using HttpResponseMessage answer = await site.Http.PostAsync("/upload", new ByteArrayContent(new byte[5_000_000]), Stop);

            // Where the connection breaks before the answer is read, nobody knows it, and the page says so.
            Assert.Contains(answer.StatusCode, (HttpStatusCode[])[HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.ServiceUnavailable]);
            Assert.NotEqual(DestinationHealth.Unhealthy, HealthOf(site, "web1"));
        }
    }

    [Fact]
    public async Task A_malformed_response_does_not_mark_the_upstream_unhealthy()
    {
        await using GuardedSite site = await StartAsync("web1", "web2", "web3");
        _upstream.Answer = RawUpstream.Always("HTTP/1.1 NONSENSE\r\n\r\n");

        using HttpResponseMessage answer = await site.Http.GetAsync("/", Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.All((string[])["web1", "web2", "web3"], name => Assert.NotEqual(DestinationHealth.Unhealthy, HealthOf(site, name)));
    }

    [Fact]
    public async Task An_idle_WebSocket_does_not_mark_the_upstream_unhealthy()
    {
        await using EchoServer echo = await EchoServer.StartAsync();
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            StreamingTests.PointTo(json, echo.Address);
            json.AsObject().Put("ReverseProxy:Clusters:site:HttpRequest:ActivityTimeout", "00:00:00.3");
        });
        using var socket = new ClientWebSocket();
        await socket.ConnectAsync(new UriBuilder(site.Address) { Scheme = "ws", Path = "/chat" }.Uri, Stop);

        await Assert.ThrowsAsync<WebSocketException>(() => socket.ReceiveAsync(new byte[16], Stop));

        Assert.All((string[])["web1", "web2", "web3"], name => Assert.NotEqual(DestinationHealth.Unhealthy, HealthOf(site, name)));
    }

    [Fact]
    public async Task An_idle_event_stream_does_not_mark_the_upstream_unhealthy()
    {
        await using GuardedSite site = await StartAsync("web1", "web2", "web3");
        _upstream.Answer = async (_, stream) =>
        {
            await stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n9\r\ndata: 1\n\n\r\n"u8.ToArray());
            await _end.Task;
            return false;
        };

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => site.Http.GetStringAsync("/events", Stop));

        Assert.All((string[])["web1", "web2", "web3"], name => Assert.NotEqual(DestinationHealth.Unhealthy, HealthOf(site, name)));
    }

    [Fact]
    public async Task An_upstream_that_breaks_every_connection_before_responding_is_marked_unhealthy()
    {
        await using GuardedSite site = await StartAsync("web2");
        _upstream.Answer = static (_, _) => Task.FromResult(false);

        // Another one answers.
        Assert.Contains("<body>web1", await site.Http.GetStringAsync("/", Stop), StringComparison.Ordinal);

        await OutAsync(site);
        Assert.Contains(_upstream.Questions, asked => asked.RequestLine == "HEAD / HTTP/1.1");
    }

    /// <summary>Ten a second, all from one member: half an answer, none at all, or none in time.</summary>
    [Theory]
    [InlineData("half")]
    [InlineData("none")]
    [InlineData("late")]
    public async Task A_single_broken_URL_never_marks_the_upstream_unhealthy(string what)
    {
        await using GuardedSite site = await StartAsync(
            json => json.AsObject().Put("ReverseProxy:Clusters:site:HttpRequest:ActivityTimeout", "00:00:00.3"), "web2");
        _upstream.Answer = async (request, stream) =>
        {
            if (!request.RequestLine.Contains("/broken", StringComparison.Ordinal))
                return await RawUpstream.Always(
                    request.RequestLine.StartsWith("HEAD", StringComparison.Ordinal) ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"
                        : RawUpstream.Ok)(request, stream);
            if (what == "late")
                await _end.Task;
            if (what == "half")
                await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"u8.ToArray());
            return false;
        };

        for (int round = 0; round < 10; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, 5).Select(async one =>
            {
                try
                {
                    using HttpResponseMessage answer = await site.Http.GetAsync($"/broken/{one}", Stop);
                }
                catch (HttpRequestException)
                {
                    // Half an answer.
                }
            }));
            await site.TickAsync();
            Assert.NotEqual(DestinationHealth.Unhealthy, HealthOf(site, "web2"));
        }

        Assert.Equal("ok", await site.Http.GetStringAsync("/", Stop));
        // Once a second, and no request of a member's with each.
        Assert.InRange(_upstream.Questions.Count, 1, 7);
        // Counted when the attempt is over, which may be after the member's connection: most of the fifty, and no more than them.
        await Eventually.HappensAsync("the failures are counted", TimeSpan.FromSeconds(10), async () =>
            FailuresIn(await site.Management.GetStringAsync("/metrics", Stop)) is >= 40 and <= 50);
    }

    private static int FailuresIn(string metrics)
    {
        const string Name = "\nproxyguard_web_server_failures_total{cluster=\"site\",web_server=\"web2\"} ";
        int at = metrics.IndexOf(Name, StringComparison.Ordinal);
        return at < 0
            ? 0
            : int.Parse(
                metrics.AsSpan(at + Name.Length, metrics.IndexOf('\n', at + Name.Length) - at - Name.Length),
                System.Globalization.CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task An_upstream_that_fails_several_clients_is_unhealthy_even_if_its_front_page_responds()
    {
        await using GuardedSite site = await StartAsync("web2");
        _upstream.Answer = static async (request, stream) =>
            request.RequestLine == "HEAD / HTTP/1.1"
                && await RawUpstream.Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n")(request, stream);

        await MembersAskAsync(site);

        await OutAsync(site);
    }

    [Fact]
    public async Task A_passive_health_check_configured_for_the_cluster_takes_precedence()
    {
        await using GuardedSite site = await StartAsync(
            json => json.AsObject()
                .Put("ReverseProxy:Clusters:site:HealthCheck",
                    JsonNode.Parse("""{ "Passive": { "Enabled": true, "Policy": "TransportFailureRate" } }""")), "web2");
        _upstream.Answer = static (_, _) => Task.FromResult(false);

        // One failure is no rate yet: it stays in, and the read is tried elsewhere all the same.
        Assert.Contains("<body>web1", await site.Http.GetStringAsync("/", Stop), StringComparison.Ordinal);

        Assert.NotEqual(DestinationHealth.Unhealthy, HealthOf(site, "web2"));
    }

    [Fact]
    public async Task An_upstream_that_keeps_failing_stays_unhealthy_with_growing_backoff()
    {
        await using GuardedSite site = await StartAsync("web2");
        Hang();
        await FailsAsync(site);
        await BackAfterAsync(site, quarters: 1);
        await FailsAsync(site);
        await BackAfterAsync(site, quarters: 2);
        await FailsAsync(site);
        await BackAfterAsync(site, quarters: 4);

        _upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
        Assert.Equal("ok", await site.Http.GetStringAsync("/", Stop));
        Hang();
        await FailsAsync(site);
        await BackAfterAsync(site, quarters: 1);
    }

    [Fact]
    public async Task A_hung_upstream_gets_no_traffic_until_it_responds()
    {
        await using GuardedSite site = await StartAsync("web2");
        _upstream.Answer = async (_, _) =>
        {
            await _end.Task;
            return true;
        };
        using (HttpResponseMessage answer = await site.Http.GetAsync("/", Stop))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        string host = _upstream.Seen.Single().Header("Host").Single();
        await OutAsync(site);

        for (int step = 0; step < 60; step++)
        {
            await site.TickAsync();
            Assert.Contains("<body>web1", await site.Http.GetStringAsync("/", Stop), StringComparison.Ordinal);
        }

        Assert.Single(_upstream.Seen);
        Assert.Equal(["HEAD / HTTP/1.1"], _upstream.Questions.Select(asked => asked.RequestLine).Distinct());
        Assert.Equal(host, _upstream.Questions.First().Header("Host").Single());
        _upstream.Answer = RawUpstream.Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
        await Eventually.HappensAsync("it is asked again", TimeSpan.FromSeconds(20), async () =>
        {
            await site.TickAsync();
            return HealthOf(site, "web2") == DestinationHealth.Healthy;
        });
    }

    [Fact]
    public async Task An_upstream_that_is_down_stays_unhealthy()
    {
        await using GuardedSite site = await StartAsync();
        await site.Upstreams["web2"].DisposeAsync();
        await site.Http.GetStringAsync("/", Stop);

        for (int step = 0; step < 300; step++)
        {
            await site.TickAsync();
            Assert.Equal(DestinationHealth.Unhealthy, HealthOf(site, "web2"));
        }
    }

    /// <summary>Its answer never came to its end, and what YARP had copied of it went with it.</summary>
    [Fact]
    public async Task The_error_page_after_a_truncated_response_has_the_mode_header()
    {
        await using GuardedSite site = await StartAsync("web1", "web2", "web3");
        _upstream.Answer = static async (_, stream) =>
        {
            await stream.WriteAsync("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"u8.ToArray());
            return false;
        };

        using HttpResponseMessage answer = await site.Http.GetAsync("/", Stop);

        Assert.Equal(
            (HttpStatusCode.ServiceUnavailable, "normal"), (answer.StatusCode, answer.Headers.GetValues("X-ProxyGuard-Mode").Single()));
    }

    /// <summary>Where there is no other, members go on asking it: their answers count, whatever its front page does.</summary>
    [Fact]
    public async Task The_only_upstream_recovers_by_answering_clients_even_if_its_front_page_hangs()
    {
        await using GuardedSite site = await StartAsync(json =>
        {
            json.AsObject().Put("ReverseProxy:Clusters:site:Destinations:web2", null);
            json.AsObject().Put("ReverseProxy:Clusters:site:Destinations:web1:Metadata", null);
        }, "web1");
        _upstream.Answer = async (_, _) =>
        {
            await _end.Task;
            return true;
        };
        using (HttpResponseMessage answer = await site.Http.GetAsync("/page", Stop))
            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        await Eventually.HappensAsync("it is out", TimeSpan.FromSeconds(20), async () =>
        {
            await site.TickAsync();
            return HealthOf(site, "web1") == DestinationHealth.Unhealthy;
        });

        _upstream.Answer = async (request, stream) =>
        {
            if (request.RequestLine != "HEAD / HTTP/1.1")
                return await RawUpstream.Always(RawUpstream.Ok)(request, stream);
            await _end.Task;
            return true;
        };
        await Eventually.HappensAsync("it is back", TimeSpan.FromSeconds(20), async () =>
        {
            await site.TickAsync();
            using HttpResponseMessage answer = await site.Http.GetAsync("/page", Stop);
            return HealthOf(site, "web1") != DestinationHealth.Unhealthy;
        });
    }

    /// <summary>web1 reads from the primary and web2 from a replica; the named ones are the socket that a test has in its hand.</summary>
    private Task<GuardedSite> StartAsync(params string[] raw) => StartAsync(_ => { }, raw);

    private Task<GuardedSite> StartAsync(Action<JsonNode> change, params string[] raw) => GuardedSite.StartWellAsync(json =>
    {
        change(json);
        foreach (string name in raw)
            json.AsObject().Put($"ReverseProxy:Clusters:site:Destinations:{name}:Address", _upstream.Address.ToString());
        if (!raw.Contains("web3"))
            json.AsObject().Put("ReverseProxy:Clusters:site:Destinations:web3", null);
        // Long enough for those that do answer, also on a machine that is busy with other tests.
        json.AsObject().Put("ReverseProxy:Clusters:site:HttpRequest:ActivityTimeout", "00:00:02");
        json.AsObject().Put("Logging:LogLevel:Yarp", "None");
    });

    /// <summary>Takes every request and answers none but our question whether it serves.</summary>
    private void Hang() => _upstream.Answer = async (request, stream) =>
    {
        if (request.RequestLine == "HEAD / HTTP/1.1")
            await stream.WriteAsync("HTTP/1.1 503 Service Unavailable\r\nContent-Length: 2\r\n\r\n"u8.ToArray());
        else
            await _end.Task;
        return true;
    };

    private static async Task FailsAsync(GuardedSite site)
    {
        await MembersAskAsync(site);
        Assert.Equal(DestinationHealth.Unhealthy, HealthOf(site, "web2"));
    }

    /// <summary>Three members, each from an address of their own and for a page of their own.</summary>
    private static Task MembersAskAsync(GuardedSite site) => Task.WhenAll(Enumerable.Range(2, 3).Select(async member =>
    {
        using var handler = new SocketsHttpHandler
        {
            ConnectCallback = async (to, stop) =>
            {
                var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(IPAddress.Parse($"127.0.0.{member}"), 0));
                await socket.ConnectAsync(IPAddress.Loopback, to.DnsEndPoint.Port, stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        };
        using var client = new HttpClient(handler) { BaseAddress = site.Address };
        using HttpResponseMessage answer = await client.GetAsync($"/page/{member}", Stop);
    }));

    private static Task OutAsync(GuardedSite site) => Eventually.HappensAsync("it is out", TimeSpan.FromSeconds(20), async () =>
    {
        if (HealthOf(site, "web2") == DestinationHealth.Unhealthy)
            return true;
        await site.TickAsync();
        return false;
    });

    private static async Task BackAfterAsync(GuardedSite site, int quarters)
    {
        for (int quarter = 1; quarter < quarters; quarter++)
        {
            site.Time.Advance(Quarter);
            Assert.Equal(DestinationHealth.Unhealthy, HealthOf(site, "web2"));
        }

        site.Time.Advance(Quarter);
        await Eventually.HappensAsync(
            "it is asked again", TimeSpan.FromSeconds(10), () => HealthOf(site, "web2") == DestinationHealth.Healthy);
        // So that the view does not age.
        await site.TickAsync();
    }

    private static DestinationHealth HealthOf(GuardedSite site, string name)
    {
        Assert.True(site.Service<IProxyStateLookup>().TryGetCluster("site", out ClusterState? cluster));
        return cluster.Destinations[name].Health.Passive;
    }
}
