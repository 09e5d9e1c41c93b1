using System.Net;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class RequestValidationTests
{
    private static readonly RequestValidation Rules = new("proxyguard-1", maxBodyBytes: 1000, new HostNames(["club.example"]));

    [Theory]
    [InlineData("GET", "/a", ValidationResult.Valid)]
    [InlineData("FROBNICATE", "/a", ValidationResult.Valid)]
    [InlineData("TRACE", "/a", ValidationResult.MethodRefused)]
    [InlineData("CONNECT", "club.example:443", ValidationResult.MethodRefused)]
    [InlineData("OPTIONS", "*", ValidationResult.ForUs)]
    [InlineData("GET", "*", ValidationResult.Malformed)]
    [InlineData("GET", "", ValidationResult.Malformed)]
    [InlineData("GET", "a", ValidationResult.Malformed)]
    [InlineData("GET", "/a#b", ValidationResult.Malformed)]
    [InlineData("GET", "/a HTTP/1.1", ValidationResult.Malformed)]
    [InlineData("GET", "/a\r\nX: y", ValidationResult.Malformed)]
    [InlineData("GET", "/caf\u00e9", ValidationResult.Malformed)]
    [InlineData("GET", "http://h/a", ValidationResult.Valid)]
    [InlineData("GET", "http://h\\a", ValidationResult.Malformed)]
    [InlineData("GET", "mailto:x/../_proxyguard/", ValidationResult.Malformed)]
    public void An_invalid_method_or_target_is_rejected(string method, string target, ValidationResult expected) =>
        Assert.Equal(expected, Validate(method, target));

    [Theory]
    [InlineData("chunked", false, ValidationResult.Valid)]
    [InlineData(" Chunked ", false, ValidationResult.Valid)]
    [InlineData("chunked", true, ValidationResult.Malformed)]
    [InlineData("gzip, chunked", false, ValidationResult.CodingRefused)]
    [InlineData("", false, ValidationResult.CodingRefused)]
    public void A_body_with_ambiguous_framing_is_rejected(string coding, bool hasLengthToo, ValidationResult expected) =>
        Assert.Equal(expected, Validate(coding: coding, hasLengthToo: hasLengthToo));

    [Theory]
    [InlineData(1000, ValidationResult.Valid)]
    [InlineData(1001, ValidationResult.TooLarge)]
    public void A_body_over_the_size_limit_is_rejected(long length, ValidationResult expected) =>
        Assert.Equal(expected, Validate(length: length));

    [Theory]
    [InlineData("1.1 proxyguard-1", ValidationResult.Valid)]
    [InlineData("1.1 proxyguard-1, 1.1 x, 1.1 proxyguard-1", ValidationResult.Looping)]
    [InlineData("1.1 proxyguard-2, 1.1 proxyguard-3", ValidationResult.Valid)]
    public void A_request_that_has_passed_twice_is_a_loop(string via, ValidationResult expected) =>
        Assert.Equal(expected, Validate(passed: via));

    [Theory]
    [InlineData("club.example:8080", ValidationResult.Valid)]
    [InlineData("other.example", ValidationResult.Misdirected)]
    [InlineData("", ValidationResult.Misdirected)]
    public void A_foreign_host_name_is_misdirected(string host, ValidationResult expected) => Assert.Equal(expected, Validate(host: host));

    [Fact]
    public void CONNECT_is_valid_for_a_WebSocket_over_HTTP_2() =>
        Assert.Equal(ValidationResult.Valid, Validate("CONNECT", isMultiplexed: true, isWebSocketTunnel: true));

    [Fact]
    public void HTTP_2_requests_with_connection_headers_are_rejected()
    {
        Assert.Equal(ValidationResult.ForeignToHttp2, Validate(isMultiplexed: true, hasConnectionHeaders: true));
        Assert.Equal(ValidationResult.ForeignToHttp2, Validate(isMultiplexed: true, coding: "chunked"));
        Assert.Equal(ValidationResult.Valid, Validate(hasConnectionHeaders: true));
    }

    [Theory]
    [InlineData("/a?b", "/a?b")]
    [InlineData("http://h", "/")]
    [InlineData("http://h?x=/y", "/?x=/y")]
    [InlineData("https://u@h:1/a//b?c", "/a//b?c")]
    public void Path_and_query_follow_the_authority(string target, string expected) =>
        Assert.Equal(expected, RequestTarget.PathAndQuery(target).ToString());

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
    public void Headers_are_filtered_by_name_in_any_case_or_spelling(string name, bool passes) =>
        Assert.Equal(passes, HopByHopHeaders.Passes(name, isSafe: true));

    [Fact]
    public void Validating_a_request_allocates_nothing()
    {
        Assert.Equal(0, AllocatedBy(static () => HopByHopHeaders.Passes("X-Requested-With", isSafe: true)));
        Assert.Equal(0, AllocatedBy(static () => HopByHopHeaders.NominatesAny("keep-alive, Upgrade")));
        Assert.Equal(0, AllocatedBy(static () => Validate() == ValidationResult.Valid));
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
    public void The_forwarded_chain_ends_at_the_first_untrusted_address(string? sent, string expected) =>
        Assert.Equal(expected, new TrustedProxies([IPNetwork.Parse("10.0.0.0/8")]).Chain(sent, IPAddress.Parse("10.0.0.1")));

    private static ValidationResult Validate(
        string method =
            "GET", string target =
                "/a", bool isMultiplexed =
                    false, bool isWebSocketTunnel = false, string? coding = null, bool hasLengthToo = false, long? length = null,
        bool hasConnectionHeaders = false, string? passed = null, string host = "club.example") =>
        Rules.Validate(new RequestHead
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
            HasEmptyHost = false,
            Passed = passed,
        });
}
