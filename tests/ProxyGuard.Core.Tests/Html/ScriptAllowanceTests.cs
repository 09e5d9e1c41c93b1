using ProxyGuard.Core.Html;

namespace ProxyGuard.Core.Tests.Html;

public class ScriptAllowanceTests
{
    private static readonly ScriptAddress Script = new("https", "www.example.org", 443, "/_proxyguard/b.js");

    [Theory]
    [InlineData("")]
    [InlineData("img-src 'none'; style-src x")]
    [InlineData("script-src 'self'")]
    [InlineData("script-src *")]
    [InlineData("Script-Src 'SELF'; default-src 'none'")]
    [InlineData("default-src 'self'")]
    [InlineData("script-src-elem 'self'; script-src 'none'")]
    [InlineData("script-src 'self'; script-src 'none'")]
    [InlineData("script-src 'none' 'self'")]
    [InlineData("script-src https:")]
    [InlineData("script-src http:")]
    [InlineData("script-src www.example.org")]
    [InlineData("script-src *.example.org")]
    [InlineData("script-src https://WWW.example.org:443/_proxyguard/")]
    [InlineData("script-src http://www.example.org:80")]
    [InlineData("script-src www.example.org:*")]
    [InlineData("script-src cdn.example.org/x www.example.org/_proxyguard/b.js")]
    [InlineData("sandbox allow-scripts; script-src 'self'")]
    [InlineData("script-src 'self', script-src https:")]
    public void A_CSP_that_allows_the_own_origin_needs_no_nonce(string policy) =>
        Assert.Equal(new ScriptAllowance(true, null), ScriptAllowance.Ask([policy], Script));

    [Theory]
    [InlineData("script-src 'none'")]
    [InlineData("script-src")]
    [InlineData("default-src 'none'")]
    [InlineData("script-src 'sha256-abc='")]
    [InlineData("script-src 'unsafe-inline'")]
    [InlineData("script-src 'self' 'strict-dynamic'")]
    [InlineData("script-src-elem cdn.example.org; script-src 'self'")]
    [InlineData("script-src example.org")]
    [InlineData("script-src *.www.example.org")]
    [InlineData("script-src www.example.org/js/")]
    [InlineData("script-src www.example.org:8443")]
    [InlineData("script-src wss:")]
    [InlineData("sandbox; script-src 'self'")]
    [InlineData("script-src 'self', script-src 'none'")]
    [InlineData("script-src 'nonce-a', script-src 'nonce-b'")]
    [InlineData("script-src 'nonce-'")]
    [InlineData("script-src 'nonce-a\"><x'")]
    [InlineData("script-src 'nonce-a")]
    [InlineData("default-src 'self' \", script-src 'none'")]
    public void A_CSP_that_would_block_the_script_is_respected(string policy) =>
        Assert.Equal(ScriptAllowance.Refused, ScriptAllowance.Ask([policy], Script));

    [Theory]
    [InlineData("script-src 'nonce-r4nd0m+/-_=='", "r4nd0m+/-_==")]
    [InlineData("script-src 'strict-dynamic' 'NONCE-aB'", "aB")]
    [InlineData("script-src 'self' 'nonce-a'", "a")]
    [InlineData("default-src 'nonce-a'", "a")]
    [InlineData("script-src 'nonce-a' 'nonce-b', script-src 'nonce-b'", "b")]
    [InlineData("script-src 'nonce-a', script-src 'self'", "a")]
    public void The_nonce_of_the_CSP_is_copied(string policy, string nonce) =>
        Assert.Equal(new ScriptAllowance(true, nonce), ScriptAllowance.Ask([policy], Script));

    [Fact]
    public void Every_CSP_header_line_counts()
    {
        Assert.Equal(ScriptAllowance.Refused, ScriptAllowance.Ask(["script-src 'self'", null, "script-src 'none'"], Script));
        Assert.Equal(new ScriptAllowance(true, null), ScriptAllowance.Ask([], Script));
    }

    [Fact]
    public void An_overlong_nonce_is_not_copied()
    {
        string nonce = new('a', ScriptAllowance.LongestNonce);

        Assert.True(ScriptAllowance.Ask([$"script-src 'nonce-{nonce}'"], Script).IsGranted);
        Assert.False(ScriptAllowance.Ask([$"script-src 'nonce-{nonce}a'"], Script).IsGranted);
    }
}
