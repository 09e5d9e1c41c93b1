using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Core.Routing;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.WriteMarks;

/// <summary>Whoever wrote reads where it is shown, and nobody else does.</summary>
public sealed class WriteMarkTests
{
    private const string Header = "X-ProxyGuard-Write-Mark";

    [Fact]
    public async Task A_client_that_wrote_reads_from_the_primary_until_replicas_show_the_write()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        string cookie = await WriteAsync(site);

        Assert.Equal("web1", await ReadAsync(site, cookie));
        Assert.NotEqual("web1", await ReadAsync(site, null));

        await site.TickAsync(2, bytesWritten: 100);
        for (int read = 0; read < 10; read++)
            Assert.NotEqual("web1", await ReadAsync(site, cookie));
    }

    [Fact]
    public async Task A_client_that_wrote_reads_from_a_single_replica_that_shows_the_write()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        string cookie = await WriteAsync(site);
        site.Fleet["db3"].StoppedAt = site.Fleet.Head;
        await site.TickAsync(2, bytesWritten: 100);

        for (int read = 0; read < 20; read++)
            Assert.Equal("web2", await ReadAsync(site, cookie));
        Assert.Contains("web3", await Reads(site, null, 40));
    }

    [Fact]
    public async Task A_program_may_return_the_write_mark_in_a_header()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("hello"));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add(Header, written.Headers.GetValues(Header));
        using HttpResponseMessage read = await site.Http.SendAsync(request);

        Assert.Contains("<body>web1", await read.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain(site.Upstreams.Values.SelectMany(upstream => upstream.Seen), seen => seen.Headers.ContainsKey(Header));
    }

    [Fact]
    public async Task The_write_mark_cookie_is_small_and_HttpOnly()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("hello"));
        string cookie = Assert.Single(written.Headers.GetValues("Set-Cookie"));

        Assert.True(cookie.Length < 256, cookie);
        Assert.Equal(["Path=/", "Max-Age=86400", "HttpOnly", "SameSite=Lax"], cookie.Split("; ").Skip(1));
    }

    [Theory]
    [InlineData(200, true)]
    [InlineData(204, true)]
    [InlineData(302, true)]
    [InlineData(399, true)]
    [InlineData(400, false)]
    [InlineData(404, false)]
    [InlineData(500, false)]
    public async Task Only_a_successful_write_gets_a_write_mark(int status, bool isMarked)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Upstreams["web1"].Answer = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers[Header] = "an upstream's own";
            return Task.CompletedTask;
        };
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("hello"));

        Assert.Equal(isMarked, written.Headers.Contains("Set-Cookie"));
        Assert.Equal(isMarked, written.Headers.Contains(Header));
    }

    [Fact]
    public async Task Reads_and_refused_writes_get_no_write_mark()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using HttpResponseMessage read = await site.Http.GetAsync("/");
        await site.StopReplicasAsync();
        using HttpResponseMessage refused = await site.Http.PostAsync("/comments", new StringContent("hello"));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.All([read, refused], answer => Assert.False(answer.Headers.Contains("Set-Cookie") || answer.Headers.Contains(Header)));
    }

    [Fact]
    public async Task Forged_and_malformed_write_marks_are_ignored()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        string forged = new MarkSeal(new byte[32]).Write(site.Time.GetUtcNow());
        foreach (
            string value in (string[])[forged, "", "x", new string('A', 30), new string('A', 3_000), "%00", "\"" + forged + "\"",
                forged + "="])
        {
            HashSet<string> from = await Reads(site, $"proxyguard-write-mark={value}", 6);
            Assert.DoesNotContain("web1", from);
        }
    }

    [Fact]
    public async Task A_client_that_wrote_gets_a_labelled_replica_page_above_the_primarys_limit()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["Reads"] = new JsonObject { ["MaxPrimaryReads"] = 1 });
        string cookie = await WriteAsync(site);
        var held = new TaskCompletionSource();
        site.Upstreams["web1"].Answer = async context =>
        {
            await held.Task;
            await context.Response.WriteAsync("<body>web1</body>");
        };
        Task<HttpResponseMessage> first = GetAsync(site, cookie);
        await Eventually.HappensAsync(
            "the primary's web server has the first read", TimeSpan.FromSeconds(5),
            () => Task.FromResult(site.Upstreams["web1"].Seen.Any(seen => seen.Method == "GET")));

        using HttpResponseMessage second = await GetAsync(site, cookie);
        held.SetResult();
        using HttpResponseMessage served = await first;

        Assert.True(second.Headers.Contains("X-ProxyGuard-As-Of"));
        Assert.DoesNotContain("web1", await second.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.False(served.Headers.Contains("X-ProxyGuard-As-Of"));
        // And there is room again.
        Assert.Equal("web1", await ReadAsync(site, cookie));
    }

    [Fact]
    public async Task Write_marks_are_neither_issued_nor_used_when_ReadYourWrites_is_off()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["Reads"] = new JsonObject { ["ReadYourWrites"] = false });
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("hello"));

        Assert.False(written.Headers.Contains("Set-Cookie") || written.Headers.Contains(Header));
        string genuine = site.Service<MarkSeal>().Write(site.Time.GetUtcNow());
        Assert.DoesNotContain("web1", await Reads(site, $"proxyguard-write-mark={genuine}", 6));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Write_marks_are_shared_by_instances_with_the_same_secret(bool hasSame)
    {
        const string Secret = "the same text on every ProxyGuard of the site";
        DateTimeOffset now = DateTimeOffset.UtcNow;
        await using GuardedSite one = await GuardedSite.StartAsync(
            startsAt: now, change: json => json["ProxyGuard"]!["Reads"] = new JsonObject { ["MarkSecret"] = Secret });
        await using GuardedSite other = await GuardedSite.StartAsync(
            startsAt: now, change: json => json["ProxyGuard"]!["Reads"] = hasSame ? new JsonObject { ["MarkSecret"] = Secret } : []);
        await one.TickAsync(3);
        await other.TickAsync(3);
        string cookie = await WriteAsync(one);
        other.Time.Advance(one.Time.GetUtcNow() - other.Time.GetUtcNow());

        Assert.Equal(hasSame, (await Reads(other, cookie, 6)).Contains("web1"));
        Assert.Equal(hasSame, !File.Exists(Path.Combine(other.StateDirectory, "write-marks.key")));
    }

    [Fact]
    public async Task Write_marks_stay_valid_across_a_restart()
    {
        string directory = Directory.CreateTempSubdirectory("proxyguard-test-").FullName;
        try
        {
            string cookie;
            await using (GuardedSite before = await GuardedSite.StartAsync(directory))
            {
                await before.TickAsync(3);
                cookie = await WriteAsync(before);
            }

            await using GuardedSite after = await GuardedSite.StartAsync(directory, startsAt: DateTimeOffset.UtcNow);
            after.Fleet["db2"].StoppedAt = after.Fleet["db3"].StoppedAt = after.Fleet.Head;
            string secret = Convert.ToHexString(await File.ReadAllBytesAsync(Path.Combine(after.StateDirectory, "write-marks.key")));
            Assert.Equal(64, secret.Length);
            string mark = cookie.Split('=')[1];
            Assert.True(
                new MarkSeal(Convert.FromHexString(secret))
                    .IsGenuine(mark, MarkSeal.ClaimOf(mark, DateTimeOffset.UtcNow.AddSeconds(30))!.Value));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static async Task<string> WriteAsync(GuardedSite site)
    {
        site.Time.Advance(TimeSpan.FromSeconds(0.1));
        using HttpResponseMessage written = await site.Http.PostAsync("/comments", new StringContent("hello"));
        Assert.Equal(HttpStatusCode.OK, written.StatusCode);
        return written.Headers.GetValues("Set-Cookie").Single().Split(';')[0];
    }

    private static async Task<HttpResponseMessage> GetAsync(GuardedSite site, string? cookie)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        if (cookie is not null)
            request.Headers.TryAddWithoutValidation("Cookie", $"lang=de; {cookie}; session=1");
        return await site.Http.SendAsync(request);
    }

    private static async Task<string> ReadAsync(GuardedSite site, string? cookie)
    {
        using HttpResponseMessage answer = await GetAsync(site, cookie);
        string page = await answer.Content.ReadAsStringAsync();
        return site.Upstreams.Keys.Single(name => page.Contains($"<body>{name}", StringComparison.Ordinal));
    }

    private static async Task<HashSet<string>> Reads(GuardedSite site, string? cookie, int times)
    {
        var from = new HashSet<string>();
        for (int time = 0; time < times; time++)
            from.Add(await ReadAsync(site, cookie));
        return from;
    }
}
