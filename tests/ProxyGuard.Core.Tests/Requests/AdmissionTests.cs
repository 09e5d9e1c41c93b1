using System.Net;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class AdmissionTests
{
    private static readonly AdmissionRules Rules = new("proxyguard-1", maxBodyBytes: 1000, new HostNames(["club.example"]));

    [Theory]
    [InlineData("GET", "/a", Admission.Admitted)]
    [InlineData("FROBNICATE", "/a", Admission.Admitted)]
    [InlineData("TRACE", "/a", Admission.MethodRefused)]
    [InlineData("CONNECT", "club.example:443", Admission.MethodRefused)]
    [InlineData("OPTIONS", "*", Admission.ForUs)]
    [InlineData("GET", "*", Admission.Malformed)]
    [InlineData("GET", "", Admission.Malformed)]
    [InlineData("GET", "a", Admission.Malformed)]
    [InlineData("GET", "/a#b", Admission.Malformed)]
    [InlineData("GET", "/a HTTP/1.1", Admission.Malformed)]
    [InlineData("GET", "/a\r\nX: y", Admission.Malformed)]
    [InlineData("GET", "/caf\u00e9", Admission.Malformed)]
    [InlineData("GET", "http://h/a", Admission.Admitted)]
    [InlineData("GET", "http://h\\a", Admission.Malformed)]
    [InlineData("GET", "mailto:x/../_proxyguard/", Admission.Malformed)]
    public void Method_and_target_decide_first(string method, string target, Admission expected) => Assert.Equal(expected, Judge(method, target));

    [Theory]
    [InlineData("chunked", false, Admission.Admitted)]
    [InlineData(" Chunked ", false, Admission.Admitted)]
    [InlineData("chunked", true, Admission.Malformed)]
    [InlineData("gzip, chunked", false, Admission.CodingRefused)]
    [InlineData("", false, Admission.CodingRefused)]
    public void A_body_has_one_frame(string coding, bool hasLengthToo, Admission expected) => Assert.Equal(expected, Judge(coding: coding, hasLengthToo: hasLengthToo));

    [Theory]
    [InlineData(1000, Admission.Admitted)]
    [InlineData(1001, Admission.TooLarge)]
    public void A_body_may_be_as_large_as_allowed(long length, Admission expected) => Assert.Equal(expected, Judge(length: length));

    [Theory]
    [InlineData("1.1 proxyguard-1", Admission.Admitted)]
    [InlineData("1.1 proxyguard-1, 1.1 x, 1.1 proxyguard-1", Admission.Looping)]
    [InlineData("1.1 proxyguard-2, 1.1 proxyguard-3", Admission.Admitted)]
    public void Twice_round_is_a_loop(string via, Admission expected) => Assert.Equal(expected, Judge(via: via));

    [Theory]
    [InlineData("club.example:8080", Admission.Admitted)]
    [InlineData("other.example", Admission.Misdirected)]
    [InlineData("", Admission.Misdirected)]
    public void Another_sites_name_is_misdirected(string host, Admission expected) => Assert.Equal(expected, Judge(host: host));

    [Fact]
    public void A_tunnel_for_a_WebSocket_is_no_tunnel_to_elsewhere() =>
        Assert.Equal(Admission.Admitted, Judge("CONNECT", isMultiplexed: true, isWebSocketTunnel: true));

    [Fact]
    public void Multiplexed_requests_have_no_headers_of_a_connection()
    {
        Assert.Equal(Admission.ForeignToHttp2, Judge(isMultiplexed: true, hasConnectionHeaders: true));
        Assert.Equal(Admission.ForeignToHttp2, Judge(isMultiplexed: true, coding: "chunked"));
        Assert.Equal(Admission.Admitted, Judge(hasConnectionHeaders: true));
    }

    [Theory]
    [InlineData("/a?b", "/a?b")]
    [InlineData("http://h", "/")]
    [InlineData("http://h?x=/y", "/?x=/y")]
    [InlineData("https://u@h:1/a//b?c", "/a//b?c")]
    public void Path_and_query_are_what_follows_the_authority(string target, string expected) => Assert.Equal(expected, RequestTarget.PathAndQuery(target).ToString());

    [Theory]
    [InlineData("Accept", true)]
    [InlineData("X-Custom", true)]
    [InlineData("x-real-ip", false)]
    [InlineData("x-forwarded-anything", false)]
    [InlineData("X-PROXYGUARD-MODE", false)]
    [InlineData("a_b", false)]
    [InlineData("X.HTTP.Method.Override", false)]
    [InlineData("X!ProxyGuard!Read!From", false)]
    [InlineData("X-Real'IP", false)]
    [InlineData("a1-B2", true)]
    [InlineData("proxy", false)]
    [InlineData(":path", false)]
    public void Names_of_headers_ignore_case(string name, bool passes) => Assert.Equal(passes, HeaderPassage.Passes(name));

    [Fact]
    public void A_request_that_passes_costs_no_allocation()
    {
        Assert.Equal(0, AllocatedBy(static () => HeaderPassage.Passes("X-Requested-With")));
        Assert.Equal(0, AllocatedBy(static () => HeaderPassage.NominatesAny("keep-alive, Upgrade")));
        Assert.Equal(0, AllocatedBy(static () => Judge() == Admission.Admitted));
    }

    private static long AllocatedBy(Func<bool> action)
    {
        action();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            action();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    [Theory]
    [InlineData(null, "10.0.0.1")]
    [InlineData("", "10.0.0.1")]
    [InlineData("1.1.1.1", "1.1.1.1, 10.0.0.1")]
    [InlineData("6.6.6.6, 1.1.1.1, 10.9.9.9", "1.1.1.1, 10.9.9.9, 10.0.0.1")]
    [InlineData("::ffff:1.1.1.1", "1.1.1.1, 10.0.0.1")]
    [InlineData("[2001:db8::1]:443", "2001:db8::1, 10.0.0.1")]
    [InlineData("1.1.1.1, unknown", "10.0.0.1")]
    public void The_chain_ends_at_the_first_that_nobody_vouches_for(string? sent, string expected) =>
        Assert.Equal(expected, new KnownProxies([IPNetwork.Parse("10.0.0.0/8")]).Chain(sent, IPAddress.Parse("10.0.0.1")));

    private static Admission Judge(
        string method = "GET", string target = "/a", bool isMultiplexed = false, bool isWebSocketTunnel = false, string? coding = null, bool hasLengthToo = false, long? length = null,
        bool hasConnectionHeaders = false, string? via = null, string host = "club.example") =>
        Rules.Judge(new RequestHead
        {
            Method = method,
            Target = target,
            Host = host,
            IsMultiplexed = isMultiplexed,
            IsWebSocketTunnel = isWebSocketTunnel,
            TransferEncoding = coding,
            HasLengthToo = hasLengthToo,
            ContentLength = length,
            HasConnectionHeaders = hasConnectionHeaders,
            Via = via,
        });
}
