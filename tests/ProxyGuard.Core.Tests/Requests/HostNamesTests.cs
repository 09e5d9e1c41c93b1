using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class HostNamesTests
{
    private static readonly HostNames Names = new(["club.example", "*.club.example", "10.0.0.5", "[2001:db8::1]"]);

    [Theory]
    [InlineData("club.example", true)]
    [InlineData("Club.EXAMPLE:8080", true)]
    [InlineData("www.club.example", true)]
    [InlineData("a.b.club.example:443", true)]
    [InlineData("10.0.0.5:80", true)]
    [InlineData("[2001:db8::1]", true)]
    [InlineData("[2001:DB8::1]:8080", true)]
    [InlineData("", false)]
    [InlineData(":80", false)]
    [InlineData(".club.example", false)]
    [InlineData("evilclub.example", false)]
    [InlineData("club.example.evil.example", false)]
    [InlineData("club.example.", false)]
    [InlineData("*.club.example.evil", false)]
    [InlineData("[2001:db8::2]", false)]
    [InlineData("10.0.0.50", false)]
    public void A_host_name_is_matched_against_the_configured_names(string host, bool isOurs) => Assert.Equal(isOurs, Names.Contains(host));

    [Fact]
    public void Any_host_name_matches_if_none_is_configured() => Assert.True(HostNames.Any.Contains("anything.example"));

    [Theory]
    [InlineData("club.example", true)]
    [InlineData("*.club.example", true)]
    [InlineData("localhost", true)]
    [InlineData("10.0.0.5", true)]
    [InlineData("[::1]", true)]
    [InlineData("", false)]
    [InlineData("*", false)]
    [InlineData("*.", false)]
    [InlineData("club.example:80", false)]
    [InlineData("::1", false)]
    [InlineData("http://club.example", false)]
    [InlineData("a.*.example", false)]
    [InlineData("club example", false)]
    public void Only_host_names_and_leading_wildcards_may_be_configured(string text, bool isName) =>
        Assert.Equal(isName, HostNames.IsName(text));

    [Fact]
    public void Host_name_lookup_allocates_nothing()
    {
        Names.Contains("www.club.example:8080");
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
            Names.Contains("www.club.example:8080");

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
