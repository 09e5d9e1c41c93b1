using System.Security.Cryptography;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A web server that answers an upload before its end: the answer is relayed at once, and nothing more is sent to it.</summary>
[Collection(nameof(Alone))]
public sealed class EarlyAnswerTests
{
    private const int Piece = 64 * 1024;
    private const int Large = 20 * 1024 * 1024;
    private const string TooLarge = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large";
    private const string Login = "HTTP/1.1 302 Found\r\nLocation: /login\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n";

    public static TheoryData<string, string, bool> Answers => new()
    {
        { TooLarge, "HTTP/1.1 413 ", false },
        { TooLarge, "HTTP/1.1 413 ", true },
        { Login, "HTTP/1.1 302 ", false },
        { $"HTTP/1.1 100 Continue\r\n\r\n{TooLarge}", "HTTP/1.1 413 ", false },
        { $"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n{Login}", "HTTP/1.1 302 ", true },
        { "HTTP/1.1 401 Unauthorized\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", "HTTP/1.1 401 ", false },
        { "HTTP/1.1 413 \nContent-Length: 0\n\n", "HTTP/1.1 413 ", false },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task An_early_answer_reaches_the_member_at_once_and_the_rest_goes_nowhere(string answer, string expected, bool isTls)
    {
        foreach (bool isChunked in (bool[])[false, true])
        {
            await using var upstream = new UploadUpstream(isTls) { Serve = connection => AnswerEarlyAsync(connection, answer, 1) };
            await using GuardedSite site = await StartAsync(upstream);
            using var member = await Member.ConnectAsync(site);

            (string answered, TimeSpan after) = await member.UploadAsync("/upload", Large, isChunked);

            Assert.StartsWith(expected, answered, StringComparison.Ordinal);
            Assert.DoesNotContain("Connection:", answered, StringComparison.OrdinalIgnoreCase);
            Assert.InRange(after, TimeSpan.Zero, TimeSpan.FromSeconds(1));
            // One that was made and never used says nothing.
            UploadConnectionSeen seen = Assert.Single(upstream.Seen, connection => connection.Bytes > 0);
            await ClosedAsync(seen);
            Assert.InRange(seen.Bytes, Piece, 2 * 1024 * 1024);

            // The member goes on where the upload was; the web server gets the next request on another connection.
            upstream.Serve = UploadUpstream.OrdinaryAsync;
            Assert.EndsWith("\r\n\r\n5", await member.AskAsync("POST /next HTTP/1.1\r\nHost: club.example\r\nContent-Length: 5\r\n\r\n12345"));
            Assert.Equal(2, upstream.Seen.Count(connection => connection.Bytes > 0));
        }
    }

    [Theory]
    [InlineData(TooLarge, "HTTP/1.1 413 ")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nkept", "HTTP/1.1 200 ")]
    public async Task An_answer_of_a_web_server_that_resets_the_connection_is_relayed(string answer, string expected)
    {
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                await connection.HeadAsync();
                await connection.SkipAsync(Piece);
                await connection.SayAsync(answer);
                await Task.Delay(20);
                connection.Reset();
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        for (int i = 0; i < 5; i++)
        {
            using var member = await Member.ConnectAsync(site);

            (string answered, TimeSpan after) = await member.UploadAsync("/upload", Large, isChunked: i % 2 == 1);

            Assert.StartsWith(expected, answered, StringComparison.Ordinal);
            Assert.InRange(after, TimeSpan.Zero, TimeSpan.FromSeconds(1));
        }
    }

    /// <summary>A phone in a tunnel: what it has not sent yet is not waited for.</summary>
    [Fact]
    public async Task A_member_who_sends_nothing_has_the_answer_all_the_same()
    {
        await using var upstream = new UploadUpstream { Serve = connection => AnswerEarlyAsync(connection, TooLarge, 1) };
        await using GuardedSite site = await StartAsync(upstream);
        using var member = await Member.ConnectAsync(site);
        await member.SendAsync($"POST / HTTP/1.1\r\nHost: club.example\r\nContent-Length: {Large}\r\n\r\n{new string('x', 2 * Piece)}");

        string answered = await member.AnswerAsync().WaitAsync(TimeSpan.FromSeconds(2), TestContext.Current.CancellationToken);

        Assert.EndsWith("\r\n\r\ntoo large", answered, StringComparison.Ordinal);
    }

    /// <summary>Its buffers and ours are full then, and a write to it hangs.</summary>
    [Fact]
    public async Task A_web_server_that_reads_no_more_is_not_waited_for()
    {
        var end = new TaskCompletionSource();
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                await connection.HeadAsync();
                await connection.SkipAsync(Piece);
                await Task.Delay(500);
                await connection.SayAsync(TooLarge);
                await end.Task;
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        using var member = await Member.ConnectAsync(site);

        (string answered, TimeSpan after) = await member.UploadAsync("/upload", Large, isChunked: false);
        end.SetResult();

        Assert.StartsWith("HTTP/1.1 413 ", answered, StringComparison.Ordinal);
        Assert.InRange(after, TimeSpan.Zero, TimeSpan.FromSeconds(1.5));
    }

    /// <summary>It may be about what has come, while its application still reads.</summary>
    [Fact]
    public async Task A_success_that_comes_early_does_not_end_an_upload()
    {
        long arrived = 0;
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                long length = UploadUpstream.LengthIn((await connection.HeadAsync())!);
                await connection.SayAsync("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nbegun\r\n");
                arrived = await connection.SkipAsync(length);
                await connection.SayAsync("3\r\nend\r\n0\r\n\r\n");
                await connection.SkipAsync(1);
            },
        };
        await using GuardedSite site = await StartAsync(upstream);

        using var body = new StreamContent(new Zeros(Large));
        body.Headers.ContentLength = Large;
        using HttpResponseMessage answer = await site.Http.PostAsync("/upload", body);

        Assert.Equal("begunend", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(Large, arrived);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_ordinary_upload_arrives_byte_by_byte_and_its_connection_is_kept(bool isTls)
    {
        int megabytes = isTls ? 32 : 256;
        byte[] piece = RandomNumberGenerator.GetBytes(1 << 20);
        using var sent = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int i = 0; i < megabytes; i++)
            sent.AppendData(piece);
        using var arrived = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        await using var upstream = new UploadUpstream(isTls)
        {
            Serve = async connection =>
            {
                while (await connection.HeadAsync() is { } head)
                {
                    await connection.SkipAsync(UploadUpstream.LengthIn(head), arrived);
                    // Hints, and not all at once, are no answer.
                    await connection.SayAsync("HTTP/1.1 103 Early Hints\r\nLi");
                    await connection.SayAsync("nk: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        for (int round = 0; round < 2; round++)
        {
            using var member = await Member.ConnectAsync(site);
            await member.SendAsync($"POST / HTTP/1.1\r\nHost: club.example\r\nContent-Length: {(long)megabytes << 20}\r\n\r\n");
            for (int i = 0; i < megabytes; i++)
                await member.Stream.WriteAsync(piece, TestContext.Current.CancellationToken);

            Assert.EndsWith("\r\n\r\nok", await member.AnswerAsync(), StringComparison.Ordinal);
            Assert.Equal(round == 0 ? sent.GetCurrentHash() : arrived.GetCurrentHash(), arrived.GetHashAndReset());
        }

        Assert.Single(upstream.Seen);
    }

    /// <summary>Were a connection used again after an early answer, a request would stand in the middle of another one's body.</summary>
    [Fact]
    public async Task Of_many_uploads_at_once_each_has_its_own_answer_and_no_connection_is_used_after_an_early_one()
    {
        const int Many = 200;
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                while (await connection.HeadAsync() is { } head)
                {
                    string target = head.Split(' ')[1];
                    bool isEarly = target.StartsWith("/early", StringComparison.Ordinal);
                    long length = UploadUpstream.LengthIn(head);
                    if (!isEarly)
                        await connection.SkipAsync(length);
                    await connection.SayAsync($"HTTP/1.1 {(isEarly ? 413 : 200)} X\r\nContent-Length: {target.Length}\r\n\r\n{target}");
                    if (isEarly)
                        await connection.SkipAsync(length);
                }
            },
        };
        await using GuardedSite site = await StartAsync(upstream);

        await Task.WhenAll(Enumerable.Range(0, Many).Select(async i =>
        {
            using var member = await Member.ConnectAsync(site);
            string target = $"/{(i % 2 == 0 ? "early" : "whole")}{i}";
            for (int round = 0; round < 3; round++)
            {
                (string answered, _) = await member.UploadAsync(target, 512 * 1024, isChunked: false, waits: i % 2 == 0);
                Assert.True(answered.StartsWith(i % 2 == 0 ? "HTTP/1.1 413 " : "HTTP/1.1 200 ", StringComparison.Ordinal), answered);
                Assert.EndsWith($"\r\n\r\n{target}", answered, StringComparison.Ordinal);
            }
        }));

        Assert.DoesNotContain(upstream.Seen, connection => connection.HasOthers);
        await Eventually.HappensAsync(
            "every early answer takes its connection with it", TimeSpan.FromSeconds(10),
            () => upstream.Seen.Count(connection => connection.IsClosed) >= 3 * Many / 2);
    }

    [Fact]
    public async Task An_answer_to_a_client_that_asks_first_comes_before_its_body()
    {
        await using var upstream = new UploadUpstream { Serve = connection => AnswerEarlyAsync(connection, TooLarge, 0) };
        await using GuardedSite site = await StartAsync(upstream);
        using var member = await Member.ConnectAsync(site);
        await member.SendAsync($"POST / HTTP/1.1\r\nHost: club.example\r\nExpect: 100-continue\r\nContent-Length: {Large}\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 413 ", await member.AnswerAsync(), StringComparison.Ordinal);

        UploadConnectionSeen seen = Assert.Single(upstream.Seen);
        await ClosedAsync(seen);
        Assert.InRange(seen.Bytes, 1, 1000);
    }

    private static Task ClosedAsync(UploadConnectionSeen seen) =>
        Eventually.HappensAsync("the connection is closed", TimeSpan.FromSeconds(10), () => seen.IsClosed);

    private static async Task AnswerEarlyAsync(UploadConnectionSeen connection, string answer, int pieces)
    {
        await connection.HeadAsync();
        await connection.SkipAsync(pieces * Piece);
        await connection.SayAsync(answer);
        // What a second request on this connection would be read as.
        await connection.SkipAsync(long.MaxValue);
    }

    private static Task<GuardedSite> StartAsync(UploadUpstream upstream) => GuardedSite.StartWellAsync(json =>
    {
        StreamingTests.PointTo(json, upstream.Address);
        json.AsObject().Put("ReverseProxy:Clusters:site:HttpClient:DangerousAcceptAnyServerCertificate", "true");
    });
}
