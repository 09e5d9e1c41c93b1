using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public sealed class PublicLocationTests
{
    private static readonly Uri[] Upstreams = [new("http://10.0.0.5:8080/"), new("http://web2.internal/app/"), new("https://10.0.0.7/")];

    [Theory]
    [InlineData("http://10.0.0.5:8080/login?a=%2F#x", "https://www.club.example/login?a=%2F#x")]
    [InlineData("HTTP://10.0.0.5:8080", "https://www.club.example/")]
    [InlineData("http://10.0.0.5:8080?a", "https://www.club.example/?a")]
    [InlineData("http://WEB2.internal/app/login", "https://www.club.example/login")]
    [InlineData("http://web2.internal:80/app", "https://www.club.example/")]
    [InlineData("http://web2.internal/application", "https://www.club.example/application")]
    [InlineData("https://10.0.0.7/x", "https://www.club.example/x")]
    [InlineData("http://www.club.example:8080/dir/", "https://www.club.example/dir/")]
    public void An_upstreams_own_address_becomes_the_one_that_the_client_asked_for(string location, string told) =>
        Assert.Equal(told, PublicLocation.Of(location, Upstreams, "https", "www.club.example"));

    [Theory]
    [InlineData("/login")]
    [InlineData("//10.0.0.5:8080/login")]
    [InlineData("https://www.club.example/")]
    [InlineData("http://www.club.example/")]
    [InlineData("https://10.0.0.5:8080/")]
    [InlineData("http://10.0.0.5/")]
    [InlineData("http://10.0.0.5:8081/")]
    [InlineData("http://10.0.0.5:8080@other.example/")]
    [InlineData("http://10.0.0.5:8080.other.example/")]
    [InlineData("http://web2.internal.other.example/")]
    [InlineData("ftp://10.0.0.5:8080/")]
    [InlineData("http://u:p@10.0.0.5:8080/")]
    [InlineData("http://club.example:8080/")]
    [InlineData("httpx")]
    [InlineData("http://")]
    [InlineData("")]
    public void Every_other_address_stays_as_it_is(string location) =>
        Assert.Null(PublicLocation.Of(location, Upstreams, "https", "www.club.example"));

    [Fact]
    public void The_upstreams_own_address_stays_where_the_client_asked_for_it() =>
        Assert.Null(PublicLocation.Of("http://10.0.0.5:8080/x", Upstreams, "http", "10.0.0.5:8080"));
}
