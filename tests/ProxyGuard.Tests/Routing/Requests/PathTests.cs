using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>Every byte of a path arrives, and no spelling of the reserved prefix does.</summary>
public class PathTests(RawSite raw) : IClassFixture<RawSite>
{
    public static TheoryData<string> Targets =>
    [
        "/a%2Fb", "/a%252Fb", "/caf%E9.jpg", "/caf%C3%A9.jpg", "/a%5Cb", "/a;b=1;c", "//", "//a//b/", "/./", "/a/./b/../c/.", "/?", "/?a=%",
        "/a?b=%zz&c=%E9", "/%", "/%zz", "/a\\b", "/a|b^c`d{e}",
        "/a\"b<c>d", "/a'b(c)!*,", "/a+b%20c?d+e=%2B", "/a?x=http://y/z?q=1//../", "/~user/", "/%7Euser/", "/a:b@c", "/a%3fb%23c",
        "/index.php?page=../../x", "/?/?//", "/a?b[]=1&b[]=2", "/index.php/like/5", "//x/like/5", "/like/5/..", "/like%2f5%252f..",
        "/like/5%c0%af", "/_proxyguardian/", "/photos/_proxyguard/",
    ];

    /// <summary>With <see cref="ReservedPrefixTests.OtherSpellings"/> more than sixty.</summary>
    public static TheoryData<string> OtherSpellings =>
    [
        .. ReservedPrefixTests.OtherSpellings.Select(row => row.Data),
        "/_pRoXyGuArD/", "/_proxyguarD", "/_proxyguard%2e%2e/", "/_proxyguard.", "/_proxyguard./", "/_proxyguard..", "/_proxyguard.json",
        "/_proxyguard%20/", "/_proxyguard%00", "/_proxyguard%00/x", "/_proxyguard%09/",
        "/_proxyguard\\", "/_proxyguard\\status.json", "/\\_proxyguard/", "\\_proxyguard/", "/%5c_proxyguard/", "/%5C%5C_proxyguard/",
        "/x\\..\\_proxyguard/", "/x%5c..%5c_proxyguard/", "/.;/_proxyguard/", "/;/_proxyguard/",
        "/;a=b/_proxyguard/", "/%2f%2f_proxyguard/", "/%252f_proxyguard/", "/%252e%252e/_proxyguard/", "/x/%252e%252e/_proxyguard/",
        "/x//../../_proxyguard/", "/x/./../_proxyguard/", "/..%2f_proxyguard/", "/.%2e/_proxyguard/",
        "/%2e./_proxyguard/", "/..;/_proxyguard/", "/x/..%3b/_proxyguard/", "/_proxyguard%3b", "/_proxyguard%23", "/_proxyguard%3f",
        "/%5f%70%72%6f%78%79%67%75%61%72%64/", "/%5F%50%52%4F%58%59%47%55%41%52%44",
        "/_proxyguard,", "/_proxyguard:80/", "/_proxyguard@/", "/_proxyguard&x", "/_proxyguard=", "/_proxyguard'", "/_proxyguard*",
        "/_proxyguard|", "/#/_proxyguard/", "/x#/../_proxyguard/", "/_proxyguard#", "/_proxyguard/#x",
    ];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Path_and_query_arrive_byte_for_byte(string target)
    {
        RawRequest seen = await raw.ForwardedAsync($"GET {target} HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.Equal($"GET {target} HTTP/1.1", seen.RequestLine);
    }

    [Theory]
    [InlineData("http://club.example/a%2Fb?c=%E9", "/a%2Fb?c=%E9")]
    [InlineData("http://club.example/a//b/../c", "/a//b/../c")]
    [InlineData("http://club.example", "/")]
    [InlineData("http://club.example?a=/b", "/?a=/b")]
    public async Task An_absolute_target_arrives_as_its_path(string target, string arrives)
    {
        RawRequest seen = await raw.ForwardedAsync($"GET {target} HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.Equal($"GET {arrives} HTTP/1.1", seen.RequestLine);
        Assert.Equal(["club.example"], seen.Header("Host"));
    }

    [Theory]
    [MemberData(nameof(OtherSpellings))]
    public async Task Other_spellings_of_the_reserved_prefix_are_never_forwarded(string path)
    {
        foreach (
            string target in (string[])[path, $"{path}?a=b", .. path.StartsWith('/') ? [$"http://club.example{path}"]
                : Array.Empty<string>()])
            await raw.RefusedAsync($"GET {target} HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n", 400);
    }

    [Fact]
    public void At_least_sixty_spellings_of_the_prefix_are_tested() =>
        Assert.True(OtherSpellings.Select(row => row.Data).Distinct().Count() >= 60);

    [Theory]
    [InlineData("http://club.example/_proxyguard/status.json", 200)]
    [InlineData("http://club.example/_proxyguard", 200)]
    [InlineData("/_proxyguard/status.json?../../x", 200)]
    [InlineData("/_proxyguard/../status.json", 404)]
    [InlineData("/_proxyguard/%2e%2e/photos", 404)]
    [InlineData("/_proxyguard/STATUS.JSON", 404)]
    [InlineData("/_proxyguard//status.json", 404)]
    [InlineData("/_proxyguard/status.json/", 404)]
    public async Task Requests_below_the_reserved_prefix_are_never_forwarded(string target, int status) =>
        await raw.RefusedAsync($"GET {target} HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n", status);
}
