using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>A site that is about to become read-only.</summary>
public sealed class ReadOnlySite : RawSite
{
    internal override void Change(JsonObject json) => json["ProxyGuard"]!["Site"]!["Languages"] = new JsonArray("en");
}

public class ReadOnlyTests(ReadOnlySite raw) : IClassFixture<ReadOnlySite>, IAsyncLifetime
{
    public async ValueTask InitializeAsync()
    {
        if (raw.Site.View.Mode == Core.Guarding.SiteMode.Normal)
            await raw.Site.StopReplicasAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("HEAD")]
    [InlineData("OPTIONS")]
    public async Task Read_methods_pass_while_the_site_is_read_only(string method)
    {
        raw.Upstream.Answer = RawUpstream.Always(method == "HEAD" ? "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" : RawUpstream.Ok);
        RawRequest seen = await raw.ForwardedAsync($"{method} /a HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.Equal($"{method} /a HTTP/1.1", seen.RequestLine);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("MKCOL")]
    [InlineData("PURGE")]
    [InlineData("get")]
    [InlineData("Get")]
    [InlineData("GETX")]
    [InlineData("X")]
    public async Task Every_other_method_is_refused_with_503_and_Retry_After(string method)
    {
        string answer = await raw.AskAsync(
            $"{method} /a HTTP/1.1\r\nHost: club.example\r\nAccept: application/json\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        IsRefused(answer, "application/problem+json");
        IsRefused(
            await raw.AskAsync(
                $"{method} /a HTTP/1.1\r\nHost: club.example\r\nAccept: text/html\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"),
            "text/html");
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override: DELETE")]
    [InlineData("X-HTTP-Method: PUT")]
    [InlineData("X-Method-Override: POST")]
    [InlineData("X_HTTP_Method_Override: DELETE")]
    [InlineData("X.HTTP.Method.Override: DELETE")]
    [InlineData("X!HTTP!Method!Override: DELETE")]
    public async Task Method_override_headers_are_not_forwarded(string header)
    {
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
        RawRequest seen = await raw.ForwardedAsync($"GET /a HTTP/1.1\r\nHost: club.example\r\n{header}\r\nConnection: close\r\n\r\n");

        Assert.DoesNotContain("verride", seen.Head, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("X-HTTP-Method", seen.Head, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("POST", "/search", 200)]
    [InlineData("POST", "/Search", 503)]
    [InlineData("POST", "/search/", 503)]
    [InlineData("POST", "/%73earch", 503)]
    [InlineData("POST", "//search", 503)]
    [InlineData("POST", "/x/../search", 503)]
    [InlineData("GET", "/like/7", 503)]
    [InlineData("GET", "/LIKE/7", 503)]
    [InlineData("GET", "//like/7", 503)]
    [InlineData("GET", "/%6cike/7", 503)]
    [InlineData("GET", "/x/../like/7", 503)]
    [InlineData("GET", "/like/7/", 503)]
    [InlineData("GET", "//x/like/7", 503)]
    [InlineData("GET", "/like/7/..", 503)]
    [InlineData("GET", "/like%2f7%252f..", 503)]
    [InlineData("GET", "/index.php/like/7", 503)]
    [InlineData("GET", "/like/7/x", 200)]
    [InlineData("GET", "/photos//caf%C3%A9;a=b", 200)]
    [InlineData("HEAD", "/like/7", 503)]
    [InlineData("OPTIONS", "/like/7", 503)]
    [InlineData("PROPFIND", "/like/7", 503)]
    [InlineData("REPORT", "/like/7", 503)]
    [InlineData("SEARCH", "/like/7", 503)]
    [InlineData("QUERY", "/like/7", 503)]
    public async Task Rules_allow_only_literal_paths_but_refuse_every_spelling(string method, string path, int status)
    {
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        string answer = await raw.AskAsync(
            $"{method} {path} HTTP/1.1\r\nHost: club.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    /// <summary>A rule says what a POST to a path does, and nothing about another method in its place.</summary>
    [Theory]
    [InlineData("POST", "/search", "", 200)]
    [InlineData("POST", "/search", "X-HTTP-Method-Override: DELETE\r\n", 503)]
    [InlineData("POST", "/search", "x-http-method: GET\r\n", 503)]
    [InlineData("POST", "/search?_method=DELETE", "", 503)]
    [InlineData("POST", "/search?_method=GET", "", 200)]
    [InlineData("POST", "/login", "X-Method-Override: PUT\r\n", 503)]
    [InlineData("GET", "/wp-json/wp/v2/posts/5?_method=DELETE", "", 503)]
    [InlineData("GET", "/wp-json/wp/v2/posts/5?%5fmethod=delete", "", 503)]
    [InlineData("GET", "/wp-json/wp/v2/posts/5?_method=GET", "", 200)]
    [InlineData("GET", "/shop?payment_method=cash", "", 200)]
    public async Task A_method_override_is_a_write_whatever_a_rule_says(string method, string target, string header, int status)
    {
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        string answer = await raw.AskAsync(
            $"{method} {target} HTTP/1.1\r\nHost: club.example\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_CORS_preflight_passes_while_the_site_is_read_only()
    {
        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);

        string answer = await raw.AskAsync(
            "OPTIONS /like/7 HTTP/1.1\r\nHost: club.example\r\nOrigin: http://other.example\r\nAccess-Control-Request-Method: POST\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_write_with_Expect_100_continue_is_refused_before_its_body()
    {
        string answer = await raw.AskAsync(
            "POST /upload HTTP/1.1\r\nHost: club.example\r\nExpect: 100-continue\r\nContent-Length: 50000000\r\n\r\n");

        IsRefused(answer, "application/problem+json");
    }

    /// <summary>
    /// A browser that still sends when it is answered must not be cut off before it reads: it would show an error instead of the page.
    /// </summary>
    [Theory]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/octet-stream")]
    public async Task A_refused_50_MB_upload_gets_the_page_instead_of_a_connection_reset(string type)
    {
        using HttpRequestMessage request = new(HttpMethod.Post, "/upload") { Content = new ByteArrayContent(new byte[50_000_000]) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
        request.Headers.TryAddWithoutValidation("Accept", "text/html");

        using HttpResponseMessage answer = await raw.Site.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Contains("<html", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refused_upload_over_a_slow_line_gets_the_page()
    {
        using TcpClient client = await raw.ConnectAsync();
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            Encoding.Latin1.GetBytes(
                "POST /upload HTTP/1.1\r\nHost: club.example\r\nAccept: text/html\r\nContent-Type: image/jpeg\r\nContent-Length: 3200000\r\nConnection: close\r\n\r\n"),
            TestContext.Current.CancellationToken);
        // A line of four megabits a second, for longer than Kestrel alone would have patience.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        for (int sent = 0; sent < 3_200_000; sent += 100_000)
        {
            await stream.WriteAsync(new byte[100_000], TestContext.Current.CancellationToken);
            await pace.WaitForNextTickAsync(TestContext.Current.CancellationToken);
        }

        using var reader = new StreamReader(stream, Encoding.UTF8);
        IsRefused(await reader.ReadToEndAsync(TestContext.Current.CancellationToken), "text/html");
    }

    private static void IsRefused(string answer, string contentType)
    {
        Assert.StartsWith("HTTP/1.1 503 ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nRetry-After: ", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nCache-Control: no-store\r\n", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\nContent-Type: {contentType}", answer, StringComparison.Ordinal);
    }
}
