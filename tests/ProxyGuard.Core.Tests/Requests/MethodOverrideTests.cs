using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public sealed class MethodOverrideTests
{
    [Theory]
    [InlineData("X-HTTP-Method-Override")]
    [InlineData("x-http-method")]
    [InlineData("X-METHOD-OVERRIDE")]
    public void A_method_override_header_is_forwarded_with_unsafe_methods_only(string name)
    {
        Assert.True(HopByHopHeaders.Passes(name, isSafe: false));
        Assert.False(HopByHopHeaders.Passes(name, isSafe: true));
    }

    [Theory]
    [InlineData("?_method=DELETE")]
    [InlineData("?a=b&_method=put")]
    [InlineData("_method=PATCH")]
    [InlineData("?a;_method=DELETE")]
    [InlineData("?%5Fmethod=DELETE")]
    [InlineData("?%5f%6d%65%74%68%6f%64=DELETE")]
    [InlineData("?.method=DELETE")]
    [InlineData("?+_method=DELETE")]
    [InlineData("?%20_method=DELETE")]
    [InlineData("?[method=DELETE")]
    [InlineData("?_method[]=DELETE")]
    [InlineData("?_method=%44ELETE")]
    [InlineData("?_method=")]
    [InlineData("?_method")]
    [InlineData("?_method=GET&_method=DELETE")]
    public void A_query_that_overrides_the_method_is_found_in_every_spelling(string query) =>
        Assert.True(MethodOverride.IsInQuery(query));

    [Theory]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?a=_method")]
    [InlineData("?method=DELETE")]
    [InlineData("?payment_method=DELETE")]
    [InlineData("?_methods=DELETE")]
    [InlineData("?_method=GET")]
    [InlineData("?_method=head")]
    [InlineData("?q=100%")]
    [InlineData("?q=%")]
    [InlineData("?%zz=%f")]
    public void Other_queries_override_nothing(string query) => Assert.False(MethodOverride.IsInQuery(query));
}
