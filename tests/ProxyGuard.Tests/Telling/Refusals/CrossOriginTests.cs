using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Telling.Refusals;

/// <summary>Scripts of another origin see why a write is refused where the site lets them read its answers.</summary>
public sealed class CrossOriginTests
{
    private const string Origin = "https://app.club.example";

    [Fact]
    public async Task A_refusal_repeats_what_the_site_allows_an_origin()
    {
        await using var raw = new RawSite();
        await raw.InitializeAsync();
        raw.Upstream.Answer = RawUpstream.Always(
            $"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {Origin}\r\nAccess-Control-Allow-Credentials: true\r\nContent-Length: 2\r\n\r\nok");
        await raw.AskAsync(Request("GET", Origin));
        await raw.AskAsync(Request("GET", "https://evil.example"));
        await raw.Site.StopReplicasAsync();

        string refused = await raw.AskAsync(Request("POST", Origin));
        string other = await raw.AskAsync(Request("POST", "https://evil.example"));
        string none = await raw.AskAsync(Request("POST", null));

        Assert.StartsWith("HTTP/1.1 503 ", refused, StringComparison.Ordinal);
        Assert.Contains($"\r\nAccess-Control-Allow-Origin: {Origin}\r\n", refused, StringComparison.Ordinal);
        Assert.Contains("\r\nAccess-Control-Allow-Credentials: true\r\n", refused, StringComparison.Ordinal);
        Assert.Contains("Retry-After", refused.Split("Access-Control-Expose-Headers: ")[1].Split("\r\n")[0], StringComparison.Ordinal);
        Assert.Contains("\r\nVary: Origin\r\n", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", other, StringComparison.Ordinal);
        Assert.DoesNotContain("Access-Control", none, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_for_every_origin_where_the_site_is_and_remembers_no_more_than_a_bound()
    {
        await using var raw = new RawSite();
        await raw.InitializeAsync();
        raw.Upstream.Answer = (request, stream) => RawUpstream.Always(
            $"HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {request.Header("Origin")[0]}\r\nContent-Length: 2\r\n\r\nok")(request, stream);
        for (int i = 0; i < 300; i++)
            await raw.AskAsync(Request("GET", $"https://o{i}.example"));
        await raw.AskAsync(Request("GET", $"https://{new string('a', 300)}.example"));
        raw.Upstream.Answer = RawUpstream.Always("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        await raw.Site.StopReplicasAsync();

        Assert.Contains("Allow-Origin: https://o5.example", await raw.AskAsync(Request("POST", "https://o5.example")), StringComparison.Ordinal);
        Assert.DoesNotContain("Allow-Origin", await raw.AskAsync(Request("POST", "https://o299.example")), StringComparison.Ordinal);

        raw.Upstream.Answer = RawUpstream.Always("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\nContent-Length: 2\r\n\r\nok");
        await raw.AskAsync(Request("GET", "https://new.example"));
        string refused = await raw.AskAsync(Request("POST", "https://o299.example"));
        Assert.Contains("\r\nAccess-Control-Allow-Origin: *\r\n", refused, StringComparison.Ordinal);
        Assert.DoesNotContain("Credentials", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_may_stand_in_a_frame_of_the_site_and_the_status_page_in_none()
    {
        await using var raw = new RawSite();
        await raw.InitializeAsync();
        await raw.Site.StopReplicasAsync();

        Assert.Contains("; frame-ancestors 'self'\r\n", await raw.AskAsync(Request("POST", null)), StringComparison.Ordinal);
        string status = await raw.AskAsync("GET /_proxyguard/ HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");
        Assert.Contains("; frame-ancestors 'none'\r\n", status, StringComparison.Ordinal);
    }

    private static string Request(string method, string? origin) =>
        $"{method} /api HTTP/1.1\r\nHost: club.example\r\nAccept: application/json\r\n{(origin is null ? "" : $"Origin: {origin}\r\n")}Content-Length: 0\r\nConnection: close\r\n\r\n";
}
