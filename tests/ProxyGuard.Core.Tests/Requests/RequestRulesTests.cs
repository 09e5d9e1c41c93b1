using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class RequestRulesTests
{
    private static readonly RequestRules Rules = new([
        Rule("POST", "/search", RequestKind.Read),
        Rule("GET", "/like/*", RequestKind.Write),
        Rule(null, "/login", RequestKind.Pass),
        Rule(null, "/admin/**", RequestKind.Write),
    ]);

    [Theory]
    [InlineData("GET", "/", RequestKind.Read)]
    [InlineData("HEAD", "/", RequestKind.Read)]
    [InlineData("OPTIONS", "/", RequestKind.Read)]
    [InlineData("PROPFIND", "/dav/", RequestKind.Read)]
    [InlineData("CONNECT", "/socket", RequestKind.Read)] // a WebSocket over HTTP/2: the gate lets no other in
    [InlineData("POST", "/", RequestKind.Write)]
    [InlineData("PUT", "/", RequestKind.Write)]
    [InlineData("PATCH", "/", RequestKind.Write)]
    [InlineData("DELETE", "/", RequestKind.Write)]
    [InlineData("MKCOL", "/dav/", RequestKind.Write)]
    [InlineData("MOVE", "/dav/", RequestKind.Write)]
    [InlineData("PROPPATCH", "/dav/", RequestKind.Write)]
    [InlineData("LOCK", "/dav/", RequestKind.Write)]
    [InlineData("get", "/", RequestKind.Write)] // methods are case-sensitive
    [InlineData("BREW", "/", RequestKind.Write)]
    [InlineData("", "/", RequestKind.Write)]
    public void Methods_that_are_not_known_to_be_safe_are_writes(string method, string path, RequestKind kind) =>
        Assert.Equal(kind, RequestRules.None.Classify(method, path));

    [Theory]
    [InlineData("POST", "/search", RequestKind.Read)]
    [InlineData("PUT", "/search", RequestKind.Write)]
    [InlineData("POST", "/search/", RequestKind.Write)]
    [InlineData("POST", "/Search", RequestKind.Write)]
    [InlineData("POST", "/search/all", RequestKind.Write)]
    [InlineData("POST", "/x/search", RequestKind.Write)]
    [InlineData("POST", "//search", RequestKind.Write)]
    [InlineData("POST", "/x/../search", RequestKind.Write)]
    [InlineData("POST", "/searc%68", RequestKind.Write)]
    [InlineData("POST", "/login", RequestKind.Pass)]
    [InlineData("GET", "/login", RequestKind.Pass)]
    [InlineData("POST", "/login;x=1", RequestKind.Write)]
    public void A_rule_that_loosens_needs_the_path_as_it_was_sent(string method, string path, RequestKind kind) =>
        Assert.Equal(kind, Rules.Classify(method, path));

    [Theory]
    [InlineData("/like/7")]
    [InlineData("/LIKE/7")]
    [InlineData("/like/7/")]
    [InlineData("//like//7")]
    [InlineData("/./like/7")]
    [InlineData("/x/../like/7")]
    [InlineData("/%6Cike/7")]
    [InlineData("/%256Cike/7")]
    [InlineData("/like;jsessionid=1/7")]
    [InlineData("/like%2F7")]
    [InlineData("/like\\7")]
    [InlineData("/admin")]
    [InlineData("/admin/")]
    [InlineData("/admin/a/b/c")]
    [InlineData("/ADMIN/a")]
    public void A_rule_that_tightens_sees_through_other_spellings(string path) =>
        Assert.Equal(RequestKind.Write, Rules.Classify("GET", path));

    [Theory]
    [InlineData("/like")]
    [InlineData("/like/")]
    [InlineData("/like/7/x")]
    [InlineData("/likes/7")]
    [InlineData("/administrator")]
    public void A_pattern_ends_at_segments(string path) => Assert.Equal(RequestKind.Read, Rules.Classify("GET", path));

    [Theory]
    [InlineData("search", "must begin with /")]
    [InlineData("/a?b", "must be a path, without query, fragment or percent-encoding")]
    [InlineData("/a%20b", "must be a path, without query, fragment or percent-encoding")]
    [InlineData("/a/**/b", "may have ** only as its last segment")]
    [InlineData("/a*b", "may have * only as a whole segment")]
    public void A_pattern_that_is_none_says_why(string text, string reason)
    {
        Assert.Null(PathPattern.TryParse(text, out string? said));
        Assert.Equal(reason, said);
    }

    [Theory]
    [InlineData("/a/b?c=d", "/a/b")]
    [InlineData("/a/b", "/a/b")]
    [InlineData("/?", "/")]
    [InlineData("http://club.example/a/b?c", "/a/b")]
    [InlineData("http://club.example", "/")]
    [InlineData("*", "*")]
    [InlineData("club.example:443", "")]
    public void The_path_of_a_target_is_the_one_that_was_sent(string target, string path) => Assert.Equal(path, RawPath.Of(target).ToString());

    [Fact]
    public void Deciding_allocates_nothing()
    {
        Rules.Classify("GET", "/photos/17");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Rules.Classify("GET", "/photos/17");

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RequestRule Rule(string? method, string path, RequestKind kind) => new(method, PathPattern.TryParse(path, out _)!, kind);
}
