using System.Collections.Concurrent;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>Web servers that answer early and wrongly, and members who leave: nobody gets what was meant for another.</summary>
[Collection(nameof(Alone))]
public sealed class EarlyAnswerAttackTests
{
    private const int Half = 64 * 1024;
    private const int Whole = 2 * Half;
    private const string TooLarge = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 9\r\n\r\ntoo large";
    private const string Another = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
    private const string Next = "POST /next HTTP/1.1\r\nHost: club.example\r\nContent-Length: 5\r\n\r\n12345";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<string, string, string> Answers => new()
    {
        { TooLarge + Another, "", "413" },
        { TooLarge, Another, "413" },
        { "HTTP/1.0 413 X\r\nContent-Length: 2\r\n\r\nno" + Another, "", "413" },
        { "HTTP/1.0 401 X\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nno", Another, "401" },
        // What is folded continues the line before, which is ours.
        { "HTTP/1.1 413 X\r\n folded\r\nContent-Length: 2\r\n\r\nno", Another, "413" },
        { "HTTP/1.1 413 X\r\nConnection: keep-alive\r\nConnection: x\r\nContent-Length: 2\r\n\r\nno", Another, "413" },
        { "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 41", "3 X\r\nContent-Length: 2\r\n\r\nno" + Another, "413" },
        { "HTTP/1.1 304 Not Modified\r\n\r\n", Another, "304" },
        { "HTTP/1.1 413X\r\n\r\n", Another, "503" },
        { "HTTP/1.1 413 X\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nno", Another, "503" },
    };

    [Theory]
    [MemberData(nameof(Answers))]
    public async Task What_follows_an_early_answer_is_nobodys(string answer, string then, string status)
    {
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                await connection.HeadAsync();
                await connection.SkipAsync(Half);
                await connection.SayAsync(answer);
                await Task.Delay(100);
                await connection.SayAsync(then);
                await connection.SkipAsync(long.MaxValue);
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        using var member = await Member.ConnectAsync(site);

        (string answered, _) = await member.UploadAsync("/upload", Whole, isChunked: false, waits: true);

        Assert.Matches($"^HTTP/1.1 {status} ", answered);
        Assert.DoesNotContain("evil", answered, StringComparison.Ordinal);
        upstream.Serve = UploadUpstream.OrdinaryAsync;
        for (int i = 0; i < 3; i++)
        {
            using var other = await Member.ConnectAsync(site);
            Assert.EndsWith("\r\n\r\n5", await other.AskAsync(Next), StringComparison.Ordinal);
        }

        Assert.DoesNotContain(upstream.Seen.Take(1), connection => connection.HasOthers);
    }

    [Fact]
    public async Task An_early_answer_without_a_length_ends_with_its_connection()
    {
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                await connection.HeadAsync();
                await connection.SkipAsync(Half);
                await connection.SayAsync("HTTP/1.1 401 Unauthorized\r\n\r\nwho ");
                await Task.Delay(100);
                await connection.SayAsync("are you?");
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        using var member = await Member.ConnectAsync(site);

        (string answered, _) = await member.UploadAsync("/upload", Whole, isChunked: false, waits: true);

        Assert.StartsWith("HTTP/1.1 401 ", answered, StringComparison.Ordinal);
        Assert.Contains("who ", answered, StringComparison.Ordinal);
        Assert.Contains("are you?", answered, StringComparison.Ordinal);
    }

    /// <summary>Cut off it must not look whole, and nothing must be thrown for it where nobody catches it.</summary>
    [Fact]
    public async Task An_early_answer_that_is_cut_off_breaks_the_members_connection()
    {
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                await connection.HeadAsync();
                await connection.SkipAsync(Half);
                await connection.SayAsync("HTTP/1.1 413 X\r\nContent-Length: 100\r\n\r\nhalf");
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        using var member = await Member.ConnectAsync(site);

        string answered;
        try
        {
            (answered, _) = await member.UploadAsync("/upload", Whole, isChunked: false, waits: true);
        }
        catch (IOException)
        {
            return;
        }

        Assert.EndsWith("[closed]", answered, StringComparison.Ordinal);
    }

    /// <summary>Bytes behind an answer, at once or while the connection waits, in the client's buffer or beyond it.</summary>
    [Theory]
    [InlineData(2, 0)]
    [InlineData(2, 50)]
    [InlineData(5000, 0)]
    [InlineData(5000, 50)]
    public async Task A_connection_on_which_bytes_came_unasked_gets_no_other_request(int length, int delay)
    {
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                await connection.SkipAsync(UploadUpstream.LengthIn((await connection.HeadAsync())!));
                string answer = $"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n{new string('x', length)}";
                await connection.SayAsync(answer + (delay == 0 ? TooLarge : ""));
                await Task.Delay(delay);
                await connection.SayAsync(delay > 0 ? TooLarge : "");
                await connection.SkipAsync(long.MaxValue);
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        for (int i = 0; i < 4; i++)
        {
            using var member = await Member.ConnectAsync(site);
            Assert.StartsWith("HTTP/1.1 200 ", await member.AskAsync(Next), StringComparison.Ordinal);
            await Task.Delay(2 * delay, Stop);
        }

        await Eventually.HappensAsync(
            "the connections are closed", Deadline, () => upstream.Seen.Count == 4 && upstream.Seen.Take(3).All(seen => seen.IsClosed));
    }

    [Theory]
    [InlineData("417 Expectation Failed")]
    [InlineData("413 Content Too Large")]
    public async Task An_answer_to_a_client_that_asks_first_leaves_no_connection_in_the_middle_of_a_body(string status)
    {
        await using var upstream = new UploadUpstream
        {
            Serve = async connection =>
            {
                while (await connection.HeadAsync() is not null)
                    await connection.SayAsync($"HTTP/1.1 {status}\r\nContent-Length: 2\r\n\r\nno");
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        using (var member = await Member.ConnectAsync(site))
        {
            string head = $"POST / HTTP/1.1\r\nHost: club.example\r\nExpect: 100-continue\r\nContent-Length: {Whole}\r\n\r\n";
            Assert.StartsWith($"HTTP/1.1 {status[..3]} ", await member.AskAsync(head), StringComparison.Ordinal);
        }

        upstream.Serve = UploadUpstream.OrdinaryAsync;
        using var other = await Member.ConnectAsync(site);
        Assert.EndsWith("\r\n\r\n5", await other.AskAsync(Next), StringComparison.Ordinal);
    }

    /// <summary>A connection of which the answer was early is closed, and so is one whose member left; the others wait in the pool.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Of_five_hundred_uploads_no_connection_and_no_unheard_exception_is_left(bool isTls)
    {
        await using var upstream = new UploadUpstream(isTls)
        {
            Serve = async connection =>
            {
                while (await connection.HeadAsync() is { } head)
                {
                    if (head.StartsWith("POST /early", StringComparison.Ordinal))
                        await connection.SayAsync(TooLarge);
                    await connection.SkipAsync(UploadUpstream.LengthIn(head));
                    await connection.SayAsync("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
                }
            },
        };
        await using GuardedSite site = await StartAsync(upstream);
        await RoundAsync(site, 20);
        var unheard = new ConcurrentQueue<Exception>();
        EventHandler<UnobservedTaskExceptionEventArgs> hear = (_, e) => unheard.Enqueue(e.Exception);
        TaskScheduler.UnobservedTaskException += hear;

        await RoundAsync(site, 500);

        await Eventually.HappensAsync(
            "the connections are closed", Deadline, () => upstream.Seen.Count(seen => !seen.IsClosed) <= 20,
            () => $"{upstream.Seen.Count(seen => !seen.IsClosed)} of {upstream.Seen.Count}");
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            await Task.Delay(50, Stop);
        }

        TaskScheduler.UnobservedTaskException -= hear;
        Assert.Equal("", string.Join("\n", unheard.Select(e => $"{e}").Where(text => text.Contains("ProxyGuard.Routing"))));
    }

    private static async Task RoundAsync(GuardedSite site, int uploads)
    {
        await Parallel.ForAsync(0, uploads, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
        {
            using var member = await Member.ConnectAsync(site);
            string target = i % 2 == 0 ? "/early" : "/whole";
            await member.SendAsync($"POST {target} HTTP/1.1\r\nHost: club.example\r\nContent-Length: {Whole}\r\n\r\n");
            await member.SendAsync(new string('\0', Half));
            // Members leave at every moment.
            if (i % 4 > 1)
                await Task.Delay(i % 50 / 5, CancellationToken.None);
            else if (i % 2 == 0)
                Starts("HTTP/1.1 413 ", await member.AnswerAsync());
            else
                Starts("HTTP/1.1 200 ", await member.AskAsync(new string('\0', Half)));
        });
    }

    private static void Starts(string expected, string answer) =>
        Assert.True(answer.StartsWith(expected, StringComparison.Ordinal), answer);

    private static Task<GuardedSite> StartAsync(UploadUpstream upstream) => GuardedSite.StartWellAsync(json =>
    {
        StreamingTests.PointTo(json, upstream.Address);
        json.AsObject().Put("ReverseProxy:Clusters:site:HttpClient:DangerousAcceptAnyServerCertificate", "true");
    });
}
