using System.Net;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>
/// A write reaches an upstream at most once, wherever in it the connection breaks, also on a connection that was used before.
/// </summary>
public sealed class AtMostOnceTests
{
    // Every offset of the first line, the places around the end of the headers, and inside the body.
    public static TheoryData<bool, string, bool> Ways =>
        new() { { true, "POST", true }, { true, "POST", false }, { true, "DELETE", false }, { false, "POST", true },
            { false, "POST", false }, { false, "DELETE", false } };

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_write_is_sent_at_most_once_wherever_the_connection_breaks(bool resets, string method, bool hasBody)
    {
        await using var upstream = new BreakingUpstream { Resets = resets };
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
            json["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"] = new System.Text.Json.Nodes.JsonObject
            {
                ["web1"] = new System.Text.Json.Nodes.JsonObject { ["Address"] = upstream.Address },
            });
        for (int offset = 4; offset < 420; offset += offset < 40 ? 1 : 7)
        {
            upstream.BreaksAfter = null;
            // The connection that the write will be sent on is one that was kept; those for requests with a body are others.
            using (HttpResponseMessage warm = await (hasBody
                ? site.Http.PostAsync("/warm", new StringContent("x"))
                : site.Http.GetAsync("/warm")))
                Assert.Equal(HttpStatusCode.OK, warm.StatusCode);
            int before = upstream.Began(method);
            upstream.BreaksAfter = offset;

            using var write = new HttpRequestMessage(
                new HttpMethod(method), "/comments")
            { Content = hasBody ? new StringContent(new string('x', 60)) : null };
            using HttpResponseMessage answer = await site.Http.SendAsync(write);

            int sent = upstream.Began(method) - before;
            Assert.True(
                sent <= 1,
                $"sent {sent} times when the connection broke after {offset} bytes; the member was told {(int)answer.StatusCode}");
        }

        Assert.True(upstream.Broken > 20, $"only {upstream.Broken} connections broke");
    }
}
