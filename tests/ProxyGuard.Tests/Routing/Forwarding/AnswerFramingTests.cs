using System.Text;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A web server that answers more, or otherwise, than it was asked: nobody else gets what is left over.</summary>
public sealed class AnswerFramingTests(RawSite raw) : IClassFixture<RawSite>
{
    private const string Poison = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nPOISON";

    public static TheoryData<string, string> Bad => new()
    {
        { "GET", $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok{Poison}" },
        { "GET", $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok\r\n{Poison}" },
        { "HEAD", $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok{Poison}" },
        { "GET", $"HTTP/1.1 204 No Content\r\n\r\nok{Poison}" },
        { "GET", $"HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\n\r\nok{Poison}" },
        { "GET", $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n{Poison}" },
        { "GET", $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 200\r\n\r\n2\r\nok\r\n0\r\n\r\n{Poison}" },
        { "GET", $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 40\r\n\r\nok{Poison}" },
        { "GET", $"HTTP/1.1 200 OK\r\nContent-Length: +2\r\n\r\nok{Poison}" },
        { "GET", $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nokXX0\r\n\r\n{Poison}" },
        { "POST", $"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok{Poison}" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task Surplus_bytes_of_a_response_never_answer_another_request(string method, string bad)
    {
        raw.Upstream.Answer = async (request, stream) =>
        {
            string target = request.RequestLine.Split(' ')[1];
            string answer = target == "/bad" ? bad : $"HTTP/1.1 200 OK\r\nContent-Length: {target.Length}\r\n\r\n{target}";
            await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
            return true;
        };
        for (int round = 0; round < 5; round++)
        {
            string answered = await AskAsync(method, "/bad");
            string head = answered.Split("\r\n\r\n")[0];
            Assert.False(
                head.Contains("\r\nContent-Length:", StringComparison.Ordinal)
                    && head.Contains("\r\nTransfer-Encoding:", StringComparison.Ordinal),
                head);
            Assert.EndsWith($"\r\n\r\n/next{round}", await AskAsync("GET", $"/next{round}"), StringComparison.Ordinal);
        }

        raw.Upstream.Answer = RawUpstream.Always(RawUpstream.Ok);
    }

    private Task<string> AskAsync(string method, string target) =>
        raw.AskAsync(
            $"{method} {target} HTTP/1.1\r\nHost: club.example\r\n{(method == "POST" ? "Content-Length: 0\r\n" : "")}Connection: close\r\n\r\n");
}
