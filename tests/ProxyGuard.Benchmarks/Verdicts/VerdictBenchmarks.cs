using BenchmarkDotNet.Attributes;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Routing;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;
using ProxyGuard.Routing.Forwarding;
using ProxyGuard.Routing.ReadPort;
using ProxyGuard.Routing.WriteMarks;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Benchmarks.Verdicts;

/// <summary>What one request pays for the guarding before it is forwarded, with the rules of the sample configuration.</summary>
[MemoryDiagnoser]
public class VerdictBenchmarks
{
    private readonly ReservedPrefix _prefix;
    private readonly RequestRules _requests;
    private readonly GuardBoard _board;
    private readonly EligibleDestinations _eligible;
    private readonly GuardDecision _read;
    private readonly ReadYourWrites _writes;
    private readonly HttpContext _unmarked = Carrying("session=0123456789abcdef; lang=de; theme=dark");
    private readonly HttpContext _forged;
    private readonly IReadOnlyList<DestinationState> _available =
        [Destination("web1", "db1"), Destination("web2", "db2"), Destination("web3", "db3")];

    public VerdictBenchmarks()
    {
        GuardSettings settings = SampleSite.Settings();
        _prefix = new ReservedPrefix(settings.Prefix);
        _requests = settings.Rules.Requests;
        _eligible = new EligibleDestinations(new ReadPortNodes());
        var clock = new GuardClock(TimeProvider.System);
        _writes = new ReadYourWrites(new MarkSeal(new byte[MarkSeal.SecretBytes]), clock);
        // Of the very moment, and sealed by a stranger: it passes everything but the last look.
        byte[] stranger = [.. Enumerable.Repeat((byte)1, MarkSeal.SecretBytes)];
        _forged = Carrying(
            $"session=0123456789abcdef; proxyguard-write-mark={new MarkSeal(stranger).Write(clock.UtcNow.AddSeconds(30))}; lang=de");
        _board = new GuardBoard(clock);
        _board.Post(SampleSite.NormalView(settings.Rules, clock.Now));
        _read = _board.Decide(RequestKind.Read, "GET");
        if (Get() is not GuardDecision { Verdict: Verdict.Read } || Post() is not GuardDecision { Verdict: Verdict.Write })
            throw new InvalidOperationException($"the site is {_board.View.Mode}: {_board.View.Cause}");
    }

    /// <summary>
    /// Called, and left in peace, often enough that the JIT compiler has done its last; it works in the background, and late on a busy
    /// machine.
    /// </summary>
    [GlobalSetup]
    public void Compile()
    {
        for (int round = 0; round < 10; round++)
        {
            for (int call = 0; call < 5_000; call++)
                _ = (Get(), Post(), Eligible(), WithoutMark(), ForgedMark());
            Thread.Sleep(150);
        }
    }

    [Benchmark]
    public object Get() => Decide("GET", "/photos/1234?page=2");

    [Benchmark]
    public object Post() => Decide("POST", "/photos/1234/comments");

    /// <summary>Which web servers may have the request, from the second request of a view on.</summary>
    [Benchmark]
    public object Eligible() => _eligible.For("site", _available, _read);

    [Benchmark]
    public object WithoutMark() => _writes.RouteOf(_unmarked, _read.View);

    [Benchmark]
    public object ForgedMark() => _writes.RouteOf(_forged, _read.View);

    private static DefaultHttpContext Carrying(string cookies) => new() { Request = { Headers = { Cookie = cookies } } };

    private static DestinationState Destination(string name, string readsFrom)
    {
        var metadata = new Dictionary<string, string> { [ReadMetadata.ReadsFrom] = readsFrom };
        return new DestinationState(
            name, new DestinationModel(new DestinationConfig { Address = "http://127.0.0.1/", Metadata = metadata }));
    }

    // The steps of GuardMiddleware.
    private GuardDecision Decide(string method, string target)
    {
        ReadOnlySpan<char> path = RawPath.Of(target);
        return _prefix.Compare(path) == PrefixMatch.None
            ? _board.Decide(_requests.Classify(method, path), method)
            : throw new InvalidOperationException($"{target} is ours");
    }
}
