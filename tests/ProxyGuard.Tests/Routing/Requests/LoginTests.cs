using System.Net;
using System.Net.Http.Headers;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>What a rule lets pass (<c>/login</c>) while its database is gone.</summary>
public sealed class LoginTests
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_login_without_the_primary_is_refused_while_its_form_comes_from_a_replica()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db1"].IsSilent = true;
        await site.TickAsync(3);

        using HttpResponseMessage login = await LoginAsync(site);
        string page = await login.Content.ReadAsStringAsync(Stop);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, login.StatusCode);
        Assert.Contains("Nothing was saved or sent.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", page, StringComparison.Ordinal);
        Assert.Empty(site.Upstreams.Values.SelectMany(upstream => upstream.Seen));

        Assert.Matches("<body>web[23]", await site.Http.GetStringAsync("/login", Stop));
    }

    [Fact]
    public async Task A_login_passes_once_the_primary_responds_even_before_writes_resume()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db1"].IsSilent = true;
        await site.TickAsync(3);
        site.Fleet["db1"].IsSilent = false;
        await site.TickAsync(3);

        using HttpResponseMessage login = await LoginAsync(site);
        using HttpResponseMessage write = await site.Http.PostAsync("/comments", new StringContent("text=x"), Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (login.StatusCode, write.StatusCode));
        Assert.Equal("/login", Assert.Single(site.Upstreams["web1"].Seen).Target);
    }

    private static async Task<HttpResponseMessage> LoginAsync(GuardedSite site)
    {
        using var request =
            new HttpRequestMessage(HttpMethod.Post,
                "/login")
            {
                Content = new StringContent(
                    "user=anna&password=hunter2", new MediaTypeHeaderValue("application/x-www-form-urlencoded"))
            };
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", "en");
        return await site.Http.SendAsync(request, Stop);
    }
}
