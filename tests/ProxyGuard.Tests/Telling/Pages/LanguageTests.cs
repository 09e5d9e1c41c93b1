using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Pages;

/// <summary>One choice of the language for all our pages.</summary>
public sealed class LanguageTests
{
    private const string Choice = "proxyguard-language=de; Path=/; HttpOnly; SameSite=Lax";

    [Fact]
    public async Task A_language_chosen_on_the_status_page_counts_for_refusals_too_and_goes_to_no_web_server()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage chosen = await SendAsync(site, HttpMethod.Get, "/_proxyguard/?lang=de");
        Assert.Equal(Choice, Assert.Single(chosen.Headers.GetValues("Set-Cookie")));
        Assert.Contains("<html lang=\"de\"", await chosen.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        string? seen = null;
        foreach (Upstream upstream in site.Upstreams.Values)
        {
            upstream.Answer = http =>
            {
                seen = http.Request.Headers.Cookie.ToString();
                return Task.CompletedTask;
            };
        }

        using HttpResponseMessage page = await SendAsync(site, HttpMethod.Get, "/photos/17", "session=1; proxyguard-language=de; theme=dark");
        Assert.Equal("session=1; theme=dark", seen);
        using HttpResponseMessage alone = await SendAsync(site, HttpMethod.Get, "/photos/17", "proxyguard-language=de");
        Assert.Equal("", seen);

        await site.StopReplicasAsync();
        using HttpResponseMessage refusal = await SendAsync(site, HttpMethod.Post, "/photos/17/comments", "proxyguard-language=de");
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refusal.StatusCode);
        Assert.Contains("<html lang=\"de\"", await refusal.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(refusal.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("/_proxyguard/?lang=it")]
    [InlineData("/_proxyguard/?lang=de%0d%0aX: 1")]
    [InlineData("/_proxyguard/?lang=de&lang=fr")]
    [InlineData("/_proxyguard/?lang=")]
    [InlineData("/_proxyguard/status.json?lang=de")]
    [InlineData("/photos/17?lang=de")]
    public async Task Nothing_but_an_offered_language_at_our_own_address_sets_a_cookie(string address)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        using HttpResponseMessage answer = await SendAsync(site, HttpMethod.Get, address);

        Assert.False(answer.Headers.Contains("Set-Cookie"));
    }

    [Theory]
    [InlineData("proxyguard-language=fr", "fr")]
    [InlineData("proxyguard-language=it", "en")]
    [InlineData("proxyguard-language=\"><script>", "en")]
    [InlineData("other-proxyguard-language=fr", "en")]
    public async Task A_cookie_counts_only_with_an_offered_language(string cookie, string language)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        using HttpResponseMessage answer = await SendAsync(site, HttpMethod.Get, "/_proxyguard/", cookie);

        Assert.Contains($"<html lang=\"{language}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public void Over_TLS_the_cookie_is_for_this_host_alone()
    {
        var context = new DefaultHttpContext();
        context.Request.Scheme = "https";

        LanguageCookie.Set(context, "fr");

        Assert.Equal("__Host-proxyguard-language=fr; Path=/; HttpOnly; SameSite=Lax; Secure", context.Response.Headers.SetCookie.ToString());
    }

    [Theory]
    [InlineData("a=1; b=2", "a=1; b=2")]
    [InlineData("a=1;b=2", "a=1;b=2")]
    [InlineData("__Host-proxyguard-language=fr; b=2", "b=2")]
    [InlineData("not-proxyguard-language=fr; b=2", "not-proxyguard-language=fr; b=2")]
    public void Other_cookies_pass_as_they_are(string sent, string passed) =>
        Assert.Equal(new StringValues(passed), LanguageCookie.Without(sent));

    private static async Task<HttpResponseMessage> SendAsync(GuardedSite site, HttpMethod method, string address, string? cookie = null)
    {
        using var request = new HttpRequestMessage(method, address);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", "en");
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return await site.Http.SendAsync(request);
    }
}
