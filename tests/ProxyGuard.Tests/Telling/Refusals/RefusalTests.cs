using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Refusals;

public class RefusalTests
{
    [Fact]
    public async Task In_normal_mode_writes_go_to_the_primarys_upstream_and_reads_to_the_replicas()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage read = await site.Http.GetAsync("/photos/17");
            Assert.Equal(HttpStatusCode.OK, read.StatusCode);
            using HttpResponseMessage write = await site.Http.PostAsync("/photos", new StringContent("x"));
            Assert.Equal("web1", TitleOf(await write.Content.ReadAsStringAsync()));
        }

        Assert.Equal(20, site.Upstreams["web1"].Seen.Count);
        Assert.All(site.Upstreams["web1"].Seen, request => Assert.Equal("POST", request.Method));
        Assert.Equal(20, site.Upstreams["web2"].Seen.Count + site.Upstreams["web3"].Seen.Count);
    }

    [Fact]
    public async Task A_write_is_refused_with_a_page_that_says_why_and_when_to_come_back()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();

        using HttpResponseMessage answer = await site.Http.SendAsync(
            Form("/photos/17/comments", "comment=a+lovely+heron&password=geheim&csrf_token=abc"));
        string page = await answer.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("read-only", answer.Headers.GetValues("X-ProxyGuard-Mode").Single());
        Assert.InRange(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 120, 144);
        Assert.True(answer.Headers.CacheControl!.NoStore);
        Assert.Equal("text/html", answer.Content.Headers.ContentType!.MediaType);
        Assert.False(answer.Headers.Contains("Set-Cookie"));
        Assert.Contains("a lovely heron", page, StringComparison.Ordinal);
        Assert.DoesNotContain("geheim", page, StringComparison.Ordinal);
        Assert.DoesNotContain("abc", page, StringComparison.Ordinal);
        Assert.DoesNotContain("db2", page, StringComparison.Ordinal);
        Assert.All(site.Upstreams.Values, upstream => Assert.Empty(upstream.Seen));
    }

    [Theory]
    [InlineData("de-CH,de;q=0.9,en;q=0.5", "de")]
    [InlineData("fr", "fr")]
    [InlineData("ja,en;q=0.2", "en")]
    [InlineData("ja", "en")]
    public async Task The_refusal_page_is_in_the_members_language(string acceptLanguage, string language)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();

        using HttpRequestMessage request = Form("/photos", "a=b");
        request.Headers.AcceptLanguage.ParseAdd(acceptLanguage);
        using HttpResponseMessage answer = await site.Http.SendAsync(request);

        Assert.Contains($"<html lang=\"{language}\"", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_gets_problem_json()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();

        using var request = new HttpRequestMessage(HttpMethod.Post, "/photos/17/like");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("*/*"));
        using HttpResponseMessage answer = await site.Http.SendAsync(request);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using JsonDocument problem = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(503, problem.RootElement.GetProperty("status").GetInt32());
        Assert.Equal("replicas-stuck", problem.RootElement.GetProperty("cause").GetString());
        Assert.NotEmpty(problem.RootElement.GetProperty("detail").GetString()!);
        // What scripts show that know no problem+json, such as those of WordPress.
        Assert.Equal("read-only", problem.RootElement.GetProperty("code").GetString());
        Assert.Equal(problem.RootElement.GetProperty("detail").GetString(), problem.RootElement.GetProperty("message").GetString());
        Assert.Equal(answer.Headers.RetryAfter!.Delta!.Value.TotalSeconds, problem.RootElement.GetProperty("retryAfterSeconds").GetInt32());
    }

    [Fact]
    public async Task Rules_can_allow_a_POST_and_refuse_a_GET()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();

        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/search", null)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/login", null)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.GetAsync("/like/7")).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.GetAsync("/%6cike/7")).StatusCode);
        Assert.Equal(["/search"], [.. site.Upstreams["web2"].Seen.Concat(site.Upstreams["web3"].Seen).Select(request => request.Target)]);
        Assert.Equal(["/login"], [.. site.Upstreams["web1"].Seen.Select(request => request.Target)]);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("PATCH")]
    [InlineData("DELETE")]
    [InlineData("MOVE")]
    [InlineData("BREW")]
    public async Task Every_unsafe_method_is_refused(string method)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();

        using HttpResponseMessage answer = await site.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "/photos/17"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.All(site.Upstreams.Values, upstream => Assert.Empty(upstream.Seen));
    }

    [Fact]
    public async Task A_method_override_header_is_not_forwarded()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();

        using var request = new HttpRequestMessage(HttpMethod.Get, "/photos/17");
        request.Headers.Add("X-HTTP-Method-Override", "DELETE");
        await site.Http.SendAsync(request);

        SeenRequest seen = site.Upstreams.Values.SelectMany(upstream => upstream.Seen).Single();
        Assert.False(seen.Headers.ContainsKey("X-HTTP-Method-Override"));
    }

    [Fact]
    public async Task A_single_stuck_replica_serves_no_reads_and_the_site_stays_normal()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db2"].StopApplying();
        await site.TickAsync(2, bytesWritten: 10);

        for (int i = 0; i < 20; i++)
        {
            using HttpResponseMessage read = await site.Http.GetAsync("/");
            Assert.Equal("normal", read.Headers.GetValues("X-ProxyGuard-Mode").Single());
            Assert.Equal("web3", TitleOf(await read.Content.ReadAsStringAsync()));
            Assert.False(read.Headers.Contains("X-ProxyGuard-As-Of"));
        }

        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/photos", null)).StatusCode);
    }

    [Fact]
    public async Task The_freshest_replica_serves_labelled_pages_when_none_is_fresh()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db2"].StopApplying();
        await site.TickAsync(10, bytesWritten: 10);
        DateTimeOffset stopped = site.Time.GetUtcNow();
        site.Fleet["db3"].StopApplying();
        await site.TickAsync(10, bytesWritten: 10);

        for (int i = 0; i < 10; i++)
        {
            using HttpResponseMessage read = await site.Http.GetAsync("/");
            Assert.Equal("web3", TitleOf(await read.Content.ReadAsStringAsync()));
            Assert.Equal("read-only", read.Headers.GetValues("X-ProxyGuard-Mode").Single());
            var asOf = DateTimeOffset.Parse(
                read.Headers.GetValues("X-ProxyGuard-As-Of").Single(), System.Globalization.CultureInfo.InvariantCulture);
            Assert.InRange((stopped - asOf).TotalSeconds, 0, 1);
        }
    }

    [Fact]
    public async Task ProxyGuard_headers_set_by_an_upstream_are_not_passed_on()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
        {
            upstream.Answer = context =>
            {
                context.Response.Headers["X-ProxyGuard-Mode"] = "maintenance";
                context.Response.Headers["X-ProxyGuard-As-Of"] = "2001-01-01T00:00:00Z";
                return Task.CompletedTask;
            };
        }

        using HttpResponseMessage read = await site.Http.GetAsync("/");

        Assert.Equal(["normal"], read.Headers.GetValues("X-ProxyGuard-Mode"));
        Assert.False(read.Headers.Contains("X-ProxyGuard-As-Of"));
    }

    [Fact]
    public async Task Writes_are_refused_when_the_probe_loop_stalls()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/photos", null)).StatusCode);

        site.Time.Advance(TimeSpan.FromSeconds(1.5));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.PostAsync("/photos", null)).StatusCode);
        Assert.Equal("nothing-known", (await site.StatusAsync()).GetProperty("cause").GetString());
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Management.GetAsync("/health")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task A_fault_during_a_stall_of_the_probe_loop_lets_no_write_through_afterwards()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Time.Advance(TimeSpan.FromSeconds(30));
        site.Fleet["db2"].StopApplying();
        site.Fleet["db3"].StopApplying();

        for (int tick = 0; tick < 4; tick++)
        {
            await site.TickAsync(bytesWritten: 100);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.PostAsync("/photos", null)).StatusCode);
        }

        Assert.Equal("replicas-stuck", (await site.StatusAsync()).GetProperty("cause").GetString());
    }

    [Fact]
    public async Task A_harmless_stall_of_the_probe_loop_ends_once_the_fleet_is_confirmed_healthy()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Time.Advance(TimeSpan.FromSeconds(30));

        await site.TickAsync(2);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.PostAsync("/photos", null)).StatusCode);
        await site.TickAsync(1);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/photos", null)).StatusCode);
    }

    [Fact]
    public async Task Writes_are_refused_until_the_fleet_is_known_to_be_healthy()
    {
        await using GuardedSite site = await GuardedSite.StartAsync();

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.PostAsync("/photos", null)).StatusCode);
        await site.TickAsync(2);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.PostAsync("/photos", null)).StatusCode);
        await site.TickAsync(1);
        Assert.Equal(HttpStatusCode.OK, (await site.Http.PostAsync("/photos", null)).StatusCode);
    }

    internal static HttpRequestMessage Form(string path, string body)
    {
        var request =
            new HttpRequestMessage(HttpMethod.Post,
                path)
            { Content = new StringContent(body, new MediaTypeHeaderValue("application/x-www-form-urlencoded")) };
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
        return request;
    }

    private static string TitleOf(string page) => page.Split("<title>")[1].Split("</title>")[0];
}
