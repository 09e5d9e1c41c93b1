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

    /// <summary>.NET's HTTP client takes none of the first four, and Kestrel sends no control byte.</summary>
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX A: b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX-\u00e9: b\r\nContent-Length: 2\r\n\r\nok")]
    [InlineData("HTTP/1.1 200 OK\r\nX-A: a\u0001b\r\nContent-Length: 2\r\n\r\nok")]
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
        Assert.All(lines, line => Assert.Matches("^Web server web[123] gave 1 answers .* GET /photos/\\*: .+", line.Text));
    }
}
