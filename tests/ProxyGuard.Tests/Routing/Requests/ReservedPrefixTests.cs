using System.Net.Sockets;
using System.Text;
using ProxyGuard.Core.Requests;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Requests;

public class ReservedPrefixTests
{
    public static TheoryData<string> OtherSpellings =>
    [
        "/_ProxyGuard/", "/_PROXYGUARD/status.json", "/%5fproxyguard/", "/%5Fproxyguard/status.json", "/_%70roxyguard/",
        "/%255fproxyguard/", "/%25255fproxyguard/",
        "//_proxyguard/", "///_proxyguard/status.json", "/./_proxyguard/", "/x/../_proxyguard/", "/x/y/../../_proxyguard/",
        "/%2e/_proxyguard/", "/x/%2e%2e/_proxyguard/",
        "/_proxyguard;p=1/", "/_proxyguard;p/status.json", "/_proxyguard%2f", "/_proxyguard%2Fstatus.json", "/%2f_proxyguard/",
        "/_proxyguard%5cx", "/x/..;a=b/_proxyguard/",
        "/_proxyguard%3bx/", "/../_proxyguard/", "/%2e%2e/_proxyguard/", "/_PROXYGUARD",
    ];

    [Theory]
    [MemberData(nameof(OtherSpellings))]
    public async Task Other_spellings_of_the_reserved_prefix_are_neither_served_nor_forwarded(string path)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        string answer = await RawAsync(site, $"GET {path} HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith("HTTP/1.1 400 ", answer, StringComparison.Ordinal);
        Assert.All(site.Upstreams.Values, upstream => Assert.Empty(upstream.Seen));
    }

    [Theory]
    [InlineData("/_proxyguard/nothing", 404)]
    [InlineData("/_proxyguard/../photos", 404)]
    [InlineData("/_proxyguard/api/v1/maintenance", 404)]
    [InlineData("/_proxyguard/", 200)]
    [InlineData("/_proxyguard", 200)]
    [InlineData("/_proxyguard/status.json?x=1", 200)]
    public async Task Requests_below_the_reserved_prefix_are_never_forwarded(string path, int status)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        string answer = await RawAsync(site, $"GET {path} HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.All(site.Upstreams.Values, upstream => Assert.Empty(upstream.Seen));
    }

    [Theory]
    [InlineData("/a%2Fb%252F;c//d/?q=%&e=%E9")]
    [InlineData("/caf%E9.jpg")]
    [InlineData("/a/./b/../c")]
    [InlineData("/a?")]
    [InlineData("/_proxyguardian/")]
    [InlineData("/photos/_proxyguard/")]
    [InlineData("/%7Euser/%20x")]
    public async Task Any_other_path_arrives_byte_for_byte(string target)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        await RawAsync(site, $"GET {target} HTTP/1.1\r\nHost: club.example\r\nConnection: close\r\n\r\n");

        SeenRequest seen = site.Upstreams.Values.SelectMany(upstream => upstream.Seen).Single();
        Assert.Equal(target, seen.Target);
        Assert.Equal("club.example", seen.Headers["Host"]);
    }

    [Fact]
    public void Checking_an_ordinary_path_for_the_prefix_allocates_nothing()
    {
        var prefix = new ReservedPrefix("/_proxyguard/");
        prefix.Compare("/photos/17/comments");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            prefix.Compare("/photos/17/comments");

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    internal static async Task<string> RawAsync(GuardedSite site, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(site.Address.Host, site.Address.Port);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var reader = new StreamReader(stream, Encoding.Latin1);
        return await reader.ReadToEndAsync();
    }
}
