using System.Text;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class ResponseHeadTests
{
    [Theory]
    [InlineData("HTTP/1.1 413 Content Too Large\r\n", 413)]
    [InlineData("HTTP/1.0 302\r\n", 302)]
    [InlineData("HTTP/1.1 100\n", 100)]
    [InlineData("HTTP/1.1 +10\r\n", null)]
    [InlineData("HTTP/1.1  99\r\n", null)]
    [InlineData("HTTP/2.0 413 X\r\n", null)]
    [InlineData("HTTP/1.1\r\n", null)]
    [InlineData("ICY 200 OK a\r\n", null)]
    [InlineData("", null)]
    public void A_status_is_three_digits_behind_the_version(string line, int? expected) =>
        Assert.Equal(expected, ResponseHead.Status(Encoding.ASCII.GetBytes(line)));

    [Theory]
    [InlineData("HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\nHTTP/1.1 200", 37)]
    [InlineData("HTTP/1.1 100\n\nrest", 14)]
    [InlineData("HTTP/1.1 100\n\r\nrest", 15)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r", 0)]
    [InlineData("HTTP/1.1 100 Continue\r\nA: b\r\n", 0)]
    [InlineData("HTTP/1.1 100", 0)]
    public void A_head_ends_with_an_empty_line(string bytes, int expected) =>
        Assert.Equal(expected, ResponseHead.Length(Encoding.ASCII.GetBytes(bytes)));

    [Theory]
    [InlineData(100, true, false)]
    [InlineData(103, true, false)]
    [InlineData(101, false, false)]
    [InlineData(200, false, false)]
    [InlineData(302, false, true)]
    [InlineData(413, false, true)]
    [InlineData(503, false, true)]
    [InlineData(null, false, false)]
    public void An_early_answer_ends_a_request_unless_it_is_interim_or_a_success(int? status, bool isInterim, bool endsRequest) =>
        Assert.Equal((isInterim, endsRequest), (ResponseHead.IsInterim(status), ResponseHead.EndsRequest(status)));
}
