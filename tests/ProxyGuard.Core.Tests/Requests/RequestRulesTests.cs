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
    public void A_rule_that_allows_more_matches_only_the_literal_path(string method, string path, RequestKind kind) =>
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
    public void A_rule_that_makes_a_path_a_write_matches_its_other_spellings(string path) =>
        Assert.Equal(RequestKind.Write, Rules.Classify("GET", path));

    [Theory]
    [InlineData("/like")]
    [InlineData("/like/")]
    [InlineData("/like/7/x")]
    [InlineData("/likes/7")]
    [InlineData("/administrator")]
    public void A_pattern_matches_whole_segments(string path) => Assert.Equal(RequestKind.Read, Rules.Classify("GET", path));

    private static readonly RequestRules Other = new([
        Rule(null, "/account/**", RequestKind.Pass),
        Rule("POST", "/find/delete", RequestKind.Write),
        Rule("POST", "/find/**", RequestKind.Read),
        Rule("POST", "/index.php/Special:Search", RequestKind.Read),
        Rule("POST", "/index.php/Special:Search/*", RequestKind.Read),
        Rule("GET", "/vote/preview", RequestKind.Read),
        Rule("GET", "/vote/*", RequestKind.Write),
        Rule("GET", "/shop/buy.php", RequestKind.Write),
        Rule("GET", "/index.php/rate/*", RequestKind.Write),
        Rule("GET", "/gefällt/*", RequestKind.Write),
        Rule(null, "/api/**", RequestKind.Write),
        Rule("OPTIONS", "/dav/*", RequestKind.Write),
    ]);

    [Theory]
    [InlineData("/find/a", RequestKind.Read)]
    [InlineData("/find/a/b-c_d.e", RequestKind.Read)]
    [InlineData("/find/a:b", RequestKind.Write)]
    [InlineData("/find/a.php/b", RequestKind.Write)]
    [InlineData("/find/a..b", RequestKind.Write)]
    [InlineData("/index.php/Special:Search/a", RequestKind.Read)]
    [InlineData("/index.php/Special:Search/a:b", RequestKind.Write)]
    [InlineData("/find/a.b", RequestKind.Read)]
    [InlineData("/find/.well-known", RequestKind.Read)]
    [InlineData("/find/a.php", RequestKind.Read)]
    [InlineData("/index.php/Special:Search", RequestKind.Read)]
    [InlineData("/index.php/special:search", RequestKind.Write)]
    [InlineData("/find/delete", RequestKind.Write)]
    [InlineData("/find/Delete/", RequestKind.Write)]
    [InlineData("/find/../photos/5/comment", RequestKind.Write)]
    [InlineData("/find/%2e%2e/photos/5/comment", RequestKind.Write)]
    [InlineData("/find/..%2fphotos/5/comment", RequestKind.Write)]
    [InlineData("/find/..;/photos/5/comment", RequestKind.Write)]
    [InlineData("/find/..\\photos/5/comment", RequestKind.Write)]
    [InlineData("/find/a;x", RequestKind.Write)]
    [InlineData("/find//a", RequestKind.Write)]
    [InlineData("/find/./a", RequestKind.Write)]
    [InlineData("/find/..", RequestKind.Write)]
    [InlineData("/find/.", RequestKind.Write)]
    [InlineData("/find/delete.", RequestKind.Write)]
    [InlineData("/find/.../a", RequestKind.Write)]
    [InlineData("/find/caf%C3%A9", RequestKind.Write)]
    [InlineData("/find/a.php/photos/5/comment", RequestKind.Write)]
    [InlineData("/find/index.php", RequestKind.Write)]
    [InlineData("/find/a&b", RequestKind.Write)]
    public void A_rule_that_lets_a_POST_through_matches_only_unambiguous_paths(string path, RequestKind kind) =>
        Assert.Equal(kind, Other.Classify("POST", path));

    [Fact]
    public void A_write_rule_before_a_script_rule_matches_any_interpretation_of_the_path()
    {
        var rules = new RequestRules([Rule("POST", "/delete", RequestKind.Write), Rule("POST", "/index.php/**", RequestKind.Read)]);

        Assert.Equal(RequestKind.Read, rules.Classify("POST", "/index.php/find"));
        Assert.Equal(RequestKind.Write, rules.Classify("POST", "/index.php/delete"));
    }

    [Theory]
    [InlineData("/vote/5")]
    [InlineData("/VOTE/5/")]
    [InlineData("//x/vote/5")]
    [InlineData("//x:80/vote/5")]
    [InlineData("/\\x/vote/5")]
    [InlineData("/vote/5/..")]
    [InlineData("/vote/5/.")]
    [InlineData("/vote%2f5%252f..")]
    [InlineData("/%256%36ote/5/../../vote/5")]
    [InlineData("/index.php/vote/5")]
    [InlineData("/INDEX.PHP/vote/5")]
    [InlineData("/a/b.php/index.php/vote/5")]
    [InlineData("/a/b.php5/vote/5")]
    [InlineData("/vote/5%00")]
    [InlineData("/vote/5%00/x")]
    [InlineData("/vote/5%3fa/b")]
    [InlineData("/vote/5%23/b")]
    [InlineData("/vote/5;/b")]
    [InlineData("/vo%00te/5")]
    [InlineData("/vo%FFte/5")]
    [InlineData("/vote%20/5")]
    [InlineData("/vote+/5")]
    [InlineData("/vote./5")]
    [InlineData("/%20vote/5%0a")]
    [InlineData("/vote%c0%af5")]
    [InlineData("/vote%e0%80%af5")]
    [InlineData("/vote%f8%80%80%80%af5")]
    [InlineData("/vote%25c0%af5")]
    [InlineData("/%2525c1%25b6ote/5")]
    [InlineData("/v%c%30%a56fte/5")]
    [InlineData("/v%c1%a%31te/../vote/5")]
    [InlineData("/vo%25\\74e/5")]
    [InlineData("/vo;%09te/5%3fx")]
    [InlineData("/vote//")]
    [InlineData("/sea%72c%c1%a8/%2e%2e/vote/5/%c0%ae%c0%ae")]
    [InlineData("/;a/vote/5")]
    [InlineData("/\\%c1%b8/vo\\te/5")]
    [InlineData("/vote%%ff2%c0%a7f5")]
    [InlineData("/./shop/vote/5")]
    [InlineData("/search/%2e%2e/vote/5/%c0%ae%c0%ae")]
    [InlineData("/x%2f../vote/5%2f%c0%ae.")]
    [InlineData("/index.php/index.ph%25c1%25b:0/vote/5")]
    [InlineData("/vote/5/%c0%ae%c0%ae")]
    [InlineData("/vote%u002f5")]
    [InlineData("/vote%5c5")]
    [InlineData("/v%6fte/5%2Fx")]
    [InlineData("/v%6fte;a%2fb/5")]
    [InlineData("/x/..;/vote/5")]
    [InlineData("/x/%2e%2e%3b/vote/5")]
    [InlineData("/x//../vote/5")]
    [InlineData("/vote/preview/../5")]
    [InlineData("/vote/previe%77/../5")]
    [InlineData("/account/../vote/5")]
    [InlineData("/v\\ote/5")]
    [InlineData("/v!o(t)e/5")]
    [InlineData("/vo..te/5")]
    [InlineData("/vo../te/5")]
    [InlineData("/x/....//vote/5")]
    [InlineData("/shop/buy.php")]
    [InlineData("/shop/buy.php/")]
    [InlineData("/shop/buy.php/a/b")]
    [InlineData("/rate/5")]
    [InlineData("/index.php/rate/5")]
    [InlineData("/gef%C3%A4llt/5")]
    [InlineData("/gef%E4llt/5")]
    [InlineData("/api/x")]
    public void A_read_may_be_a_write_if_any_interpretation_of_its_path_is_one(string path)
    {
        foreach (string method in (string[])["GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT", "SEARCH", "QUERY", "TRACE", "CONNECT"])
            Assert.True(Other.MayWrite(method, path), method);
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/vote")]
    [InlineData("/vote/preview")]
    [InlineData("/vote/5/x")]
    [InlineData("/x/vote/5")]
    [InlineData("/votes/5")]
    [InlineData("/shop/buy")]
    [InlineData("/shop/buy.php5")]
    [InlineData("/buy.php")]
    [InlineData("/index.php")]
    [InlineData("/wiki/Special:Foo_(bar)")]
    [InlineData("/index.php/photos/caf%C3%A9")]
    [InlineData("/photos/caf%C3%A9")]
    [InlineData("/photos//5")]
    [InlineData("/photos/5;jsessionid=1A")]
    [InlineData("/photos/a%2Fb+c&d.")]
    [InlineData("/account")]
    [InlineData("/apis/x")]
    public void A_read_is_safe_if_no_interpretation_of_its_path_is_a_write(string path)
    {
        foreach (string method in (string[])["GET", "HEAD", "PROPFIND", "CONNECT"])
            Assert.False(Other.MayWrite(method, path), method);
    }

    [Theory]
    [InlineData("GET", "//x/vote/5", RequestKind.Read)]
    [InlineData("HEAD", "/vote/5", RequestKind.Read)]
    [InlineData("GET", "/index.php/vote/5", RequestKind.Read)]
    [InlineData("GET", "/account/../vote/5", RequestKind.Pass)]
    [InlineData("GET", "/x/../vote/5", RequestKind.Write)]
    [InlineData("GET", "/Vote/5/", RequestKind.Write)]
    [InlineData("OPTIONS", "/api/x", RequestKind.Write)]
    public void Normal_classification_uses_the_plain_interpretation_of_a_path(string method, string path, RequestKind kind) =>
        Assert.Equal(kind, Other.Classify(method, path));

    [Fact]
    public void A_CORS_preflight_is_a_write_only_if_a_rule_names_OPTIONS()
    {
        Assert.Equal(RequestKind.Read, Other.Classify("OPTIONS", "/api/x", isPreflight: true));
        Assert.Equal(RequestKind.Pass, Other.Classify("OPTIONS", "/account/x", isPreflight: true));
        Assert.Equal(RequestKind.Write, Other.Classify("OPTIONS", "/dav/x", isPreflight: true));
    }

    [Fact]
    public void A_path_with_too_many_interpretations_may_write_if_a_rule_marks_reads_as_writes()
    {
        string bomb = string.Concat(Enumerable.Range(0, 40).Select(place => $"/{place}%2525252e;a\\b.&c%00//.."));

        Assert.False(PathReadings.Of(bomb).AreAll);
        Assert.True(Other.MayWrite("GET", bomb));
        Assert.False(Rules.MayWrite("POST", bomb));
        Assert.False(RequestRules.None.MayWrite("GET", bomb));
    }

    [Theory]
    [InlineData("search", "must begin with /")]
    [InlineData("/a?b", "must be a path, without query, fragment or percent-encoding")]
    [InlineData("/a%20b", "must be a path, without query, fragment or percent-encoding")]
    [InlineData("/a/**/b", "may have ** only as its last segment")]
    [InlineData("/a*b", "may have * only as a whole segment")]
    public void An_invalid_path_pattern_is_rejected_with_its_reason(string text, string reason)
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
    public void The_path_of_a_request_target_is_kept_as_sent(string target, string path) =>
        Assert.Equal(path, RawPath.Of(target).ToString());

    [Fact]
    public void Classifying_a_request_allocates_nothing()
    {
        Rules.Classify("GET", "/photos/17");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Rules.Classify("GET", "/photos/17");

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData("/photos/17")]
    [InlineData("/a.b/c.html")]
    [InlineData("/like/17")]
    public void Checking_an_unambiguous_path_allocates_nothing(string path)
    {
        Rules.MayWrite("HEAD", path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Rules.MayWrite("HEAD", path);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private static RequestRule Rule(string? method, string path, RequestKind kind) => new(method, PathPattern.TryParse(path, out _)!, kind);
}
