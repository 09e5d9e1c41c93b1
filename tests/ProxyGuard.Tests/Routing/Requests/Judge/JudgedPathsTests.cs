using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Text.Json.Nodes;
using ProxyGuard.Core.Requests;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Requests.Judge;

/// <summary>
/// While writes are refused, nothing is let through that a real nginx and a real PHP take for a write, whatever its address looks like.
/// </summary>
public sealed class JudgedPathsTests(ITestOutputHelper output)
{
    private const int ManyRequests = 300_000;
    private const int ManyThroughSockets = 30_000;

    /// <summary>Rules, and which routes of the judge they are about.</summary>
    private static readonly (RequestRules Rules, string[] Routes)[] RuleSets =
    [
        (Rules("GET /like/* write"), ["like"]),
        (Rules("GET /index.php/rate/* write"), ["rate"]),
        (Rules("GET /photos/*/vote write"), ["vote"]),
        (Rules("GET /admin/** write"), ["admin"]),
        (Rules("GET /shop/buy.php write"), ["buy"]),
        (Rules("POST /search/delete write", "POST /search/** read"), ["comment", "delete"]),
        (Rules("* /find/** read", "* /login/** pass", "GET /like/preview read", "GET /like/* write"), ["comment", "delete", "like"]),
        (Rules("POST /index.php/find/** read", "POST /search/tool.php read"), ["comment", "delete"]),
        (Rules(Everything), ["like", "rate", "vote", "admin", "buy", "comment", "delete"]),
    ];

    private static string[] Everything =>
    [
        "POST /search/delete write", "POST /search/** read", "* /find/** read", "* /login/** pass", "GET /like/* write",
        "GET /index.php/rate/* write", "GET /photos/*/vote write", "GET /admin/** write", "GET /shop/buy.php write",
    ];

    [Fact]
    public Task No_disguised_write_passes_while_writes_are_refused() => JudgeAsync(3_000, throughSockets: 1_500, first: 0);

    /// <param name="first">Other requests each time: those that somebody has mended by say nothing of the rest.</param>
    [Theory(Explicit = true)]
    [InlineData(0)]
    [InlineData(1_000_000)]
    [InlineData(2_000_000)]
    public Task No_disguised_write_of_300_000_passes_while_writes_are_refused(int first) =>
        JudgeAsync(ManyRequests, ManyThroughSockets, first);

    private async Task JudgeAsync(int count, int throughSockets, int first)
    {
        if (!PhpSite.IsInstalled)
            Assert.Skip($"nginx, PHP or PHP-FPM is not installed: {PhpSite.Installation}");
        await using PhpSite site = await PhpSite.StartAsync();
        var watch = Stopwatch.StartNew();
        Tally classified = await ClassifyAsync(site, count, first);
        output.WriteLine($"{count} requests asked of nginx and PHP in {watch.Elapsed.TotalSeconds:0} s: {classified}");
        output.WriteLine(string.Join('\n', classified.LetThrough.Take(40)));
        watch.Restart();
        Tally forwarded = await ForwardAsync(site, throughSockets, first);
        output.WriteLine($"{throughSockets} requests through ProxyGuard in {watch.Elapsed.TotalSeconds:0} s: {forwarded}");

        Assert.Empty(classified.LetThrough);
        Assert.Empty(forwarded.LetThrough);
        // The judge judges: a fair share of them changes something.
        Assert.InRange(classified.Writes, count / 3, count);
    }

    /// <summary>Asks the web servers what each request does, and the rules whether they would let it through.</summary>
    private static Task<Tally> ClassifyAsync(
        PhpSite site, int count,
        int first) => TallyAsync(count, [.. site.Nginx, .. site.Nginx], site.BuiltIn, async (client, number, tally) =>
    {
        (string method, string target) = MutatedRequests.Of(first + number);
        string[] ran = (await client.AskAsync(method, RequestTarget.PathAndQuery(target).ToString())).Split(',');
        if (ran is not ([""] or ["-"]))
            Interlocked.Increment(ref tally.Writes);
        foreach ((RequestRules rules, string[] routes) in RuleSets)
        {
            // What is no target of a request is answered before any rule is asked.
            bool isLetThrough = RequestTarget.IsForwardable(target) && rules.Classify(method, RawPath.Of(target)) != RequestKind.Write
                && !rules.MayWrite(method, RawPath.Of(target));
            if (isLetThrough)
                Interlocked.Increment(ref tally.Passed);
            else
                Interlocked.Increment(ref tally.Refused);
            if (isLetThrough && ran.Intersect(routes).Any())
                tally.LetThrough.Enqueue($"{method} {target} is let through by {rules.Rules[0].Path} and runs {string.Join(',', ran)}");
        }
    });

    /// <summary>Sends them through a read-only ProxyGuard in front of the same web servers.</summary>
    private static async Task<Tally> ForwardAsync(PhpSite php, int count, int first)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            foreach ((IPEndPoint server, int place) in php.Nginx.Select((server, place) => (server, place)))
                json["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"]![$"web{place + 1}"]!["Address"] = $"http://{server}/";
            json["ProxyGuard"]!["Requests"] = new JsonArray(
                [.. Everything.Select(rule => rule.Split(' '))
                    .Select(rule => new JsonObject { ["Method"] = rule[0], ["Path"] = rule[1], ["Is"] = rule[2] })]);
        });
        await site.StopReplicasAsync();
        await File.WriteAllTextAsync(php.Log, "");
        var address = new IPEndPoint(IPAddress.Loopback, site.Address.Port);
        Tally tally = await TallyAsync(count, [address, address, address, address], null, async (client, number, tally) =>
        {
            (string method, string target) = MutatedRequests.Of(~(first + number));
            if (await client.AskAsync(method, target) == "-")
                Interlocked.Increment(ref tally.Passed);
            if (client.Status == 503)
                Interlocked.Increment(ref tally.Refused);
        });
        foreach (string line in await File.ReadAllLinesAsync(php.Log))
            tally.LetThrough.Enqueue(line);
        return tally;
    }

    private static async Task<Tally> TallyAsync(int count, IPEndPoint[] servers, IPEndPoint? now, Func<JudgeClient, int, Tally, Task> ask)
    {
        var tally = new Tally();
        int next = 0;
        await Task.WhenAll(servers.Select(async server =>
        {
            using var client = new JudgeClient(server);
            using var other = new JudgeClient(now ?? server);
            for (int number; (number = Interlocked.Increment(ref next)) <= count;)
                await ask(number % 20 == 0 ? other : client, number, tally);
        }));
        return tally;
    }

    private static RequestRules Rules(params string[] rules) => new([
        .. rules.Select(rule => rule.Split(' ')).Select(rule =>
            new RequestRule(rule[0] == "*" ? null
                : rule[0], PathPattern.TryParse(rule[1], out _)!, Enum.Parse<RequestKind>(rule[2], ignoreCase: true))),
    ]);

    private sealed class Tally
    {
        public int Writes;
        public int Passed;
        public int Refused;

        public ConcurrentQueue<string> LetThrough { get; } = new();

        public override string ToString() =>
            $"{Writes} change something; {Passed} let through, {Refused} refused; {LetThrough.Count} writes let through";
    }
}
