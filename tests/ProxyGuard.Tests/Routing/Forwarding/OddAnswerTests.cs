using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A site that logs what goes wrong, with one proxy that it trusts.</summary>
public sealed class LoggingSite : RawSite
{
    internal override void Change(JsonObject json)
    {
        json.Put("Logging:LogLevel:ProxyGuard", "Warning");
        json.Put("ProxyGuard:Proxies:Trusted", new JsonArray(SiteBehindProxies.Proxy));
    }
}

/// <summary>Answers that no standard allows: what browsers take passes where .NET lets it, and what does not is in the log.</summary>
public sealed class OddAnswerTests(RawSite raw) : IClassFixture<RawSite>
{
    private const string Request = "GET /photos/17 HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n";

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 2\r\n\r\nok", 204)]
    [InlineData("HTTP/1.1 204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 204)]
    [InlineData("HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 200 OK\nContent-Length: 2\n\nok", 200)]
    [InlineData("HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok", 999)]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: a\u00e9b\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=\r\nContent-Length: 2\r\n\r\nok", 200)]
    [InlineData("HTTP/1.1 200 OK\r\nLocation:\r\nContent-Length: 2\r\n\r\nok", 200)]
    public async Task Odd_answers_that_browsers_take_are_passed_on(string sent, int status)
    {
        raw.Upstream.Answer = RawUpstream.Always(sent);

        Assert.StartsWith($"HTTP/1.1 {status}", await raw.AskAsync(Request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("X-A: a\u0001b\r\n", "X-A: a b\r\n")]
    [InlineData("X-A: a\u007fb\u001f\r\n", "X-A: a b \r\n")]
    [InlineData("X-A: a\tb\u00e9\u0001\u0080\r\n", "X-A: a\tb\u00e9 \u0080\r\n")]
    [InlineData("Set-Cookie: a=1\r\nSet-Cookie: b=\u00022\r\nSet-Cookie: c=3\r\n", "Set-Cookie: a=1\r\nSet-Cookie: b= 2\r\nSet-Cookie: c=3\r\n")]
    [InlineData("Content-Type: text/html;\u0001charset=utf-8\r\n", "Content-Type: text/html; charset=utf-8\r\n")]
    [InlineData("Location: /a\u0008b\r\n", "Location: /a b\r\n")]
    [InlineData("Keep-Alive: \u0001\r\nX-A: b\r\n", "X-A: b\r\n")]
    public async Task A_control_byte_in_a_header_of_an_answer_reaches_the_member_as_a_blank(string sent, string arrives)
    {
        raw.Upstream.Answer = RawUpstream.Always($"HTTP/1.1 200 OK\r\n{sent}X-B: c\r\nContent-Length: 2\r\n\r\nok");

        string answer = await raw.AskAsync(Request);

        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        Assert.Contains($"\r\n{arrives}", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nX-B: c\r\n", answer, StringComparison.Ordinal);
        Assert.DoesNotContain("Keep-Alive", answer, StringComparison.Ordinal);
        Assert.EndsWith("\r\n\r\nok", answer, StringComparison.Ordinal);
    }

    /// <summary>.NET's HTTP client takes none of the first four, and what is no number is no length.</summary>
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX-\u00e9: b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\u0001\r\n\r\nok")]
    public async Task An_answer_that_cannot_be_passed_on_is_logged_with_its_address_and_the_reason(string sent)
    {
        await using var other = new LoggingSite();
        await other.InitializeAsync();
        using var log = new LogRecorder();
        other.Site.Service<ILoggerFactory>().AddProvider(log);
        other.Upstream.Answer = RawUpstream.Always(sent);

        Assert.StartsWith("HTTP/1.1 503 ", await other.AskAsync(Request), StringComparison.Ordinal);

        (int, string Text)[] lines = [.. log.Lines.Where(line => line.Id == 3108)];
        // A read is tried at a second web server.
        Assert.InRange(lines.Length, 1, 2);
        Assert.All(lines, line => Assert.Matches("^Web server web[123] gave 1 answers .* GET /photos/\\* \\(request [0-9A-Z]{8}\\): .+", line.Text));
    }
}
