using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Refusals;

/// <summary>A member can name a page to an admin, and the admin finds the request in the log.</summary>
public partial class RequestIdTests
{
    [Theory]
    [InlineData("en", "name its number: <code>")]
    [InlineData("de", "nenne ihre Nummer: <code>")]
    [InlineData("fr", "indiquez son numéro\u00a0: <code>")]
    public async Task A_refusal_and_its_log_line_have_the_same_number(string language, string words)
    {
        await using GuardedSite site = await StartAsync();
        using var log = new LogRecorder();
        site.Service<ILoggerFactory>().AddProvider(log);
        await site.StopReplicasAsync();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/photos/17/comments") { Content = new StringContent("comment=x") };
        request.Headers.Accept.ParseAdd("text/html");
        request.Headers.AcceptLanguage.ParseAdd(language);

        using HttpResponseMessage answer = await site.Http.SendAsync(request);
        string page = await answer.Content.ReadAsStringAsync();

        Assert.Contains(words, page.Replace(" : <code>", "\u00a0: <code>", StringComparison.Ordinal), StringComparison.Ordinal);
        string id = Shown().Match(page).Groups[1].Value;
        Assert.Matches("^[0-9A-HJKMNP-TV-Z]{8}$", id);
        Assert.Contains(log.Lines,
            line => line.Text == $"Request {id} was answered by ProxyGuard: POST /photos/*/comments: WriteRefused");
    }

    [Fact]
    public async Task Programs_get_it_too_and_each_request_has_its_own()
    {
        await using GuardedSite site = await StartAsync();
        await site.StopReplicasAsync();

        HashSet<string> ids = [];
        for (int time = 0; time < 50; time++)
        {
            using HttpResponseMessage answer = await site.Http.PostAsync("/photos", null);
            ids.Add((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("requestId").GetString()!);
        }

        Assert.Equal(50, ids.Count);
    }

    [Fact]
    public async Task A_page_about_a_web_server_that_broke_off_has_the_number_of_its_log_line()
    {
        await using GuardedSite site = await StartAsync();
        using var log = new LogRecorder();
        site.Service<ILoggerFactory>().AddProvider(log);
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = static context =>
            {
                context.Abort();
                return Task.CompletedTask;
            };
        using var request = new HttpRequestMessage(HttpMethod.Get, "/photos/17");
        request.Headers.Accept.ParseAdd("text/html");

        using HttpResponseMessage answer = await site.Http.SendAsync(request);

        string id = Shown().Match(await answer.Content.ReadAsStringAsync()).Groups[1].Value;
        Assert.Contains(log.Lines, line => line.Text.Contains($"GET /photos/* (request {id}): ", StringComparison.Ordinal));
    }

    [Fact]
    public void It_is_made_once_for_a_request()
    {
        var context = new DefaultHttpContext();
        Assert.Equal(RequestId.Of(context), RequestId.Of(context));
        Assert.NotEqual(RequestId.Of(context), RequestId.Of(new DefaultHttpContext()));
    }

    [Fact]
    public async Task A_page_of_the_site_and_the_status_page_have_none()
    {
        await using GuardedSite site = await StartAsync();
        Assert.DoesNotContain("<code>", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);
        Assert.DoesNotContain("<p class=\"request\">", await site.Http.GetStringAsync("/_proxyguard/"), StringComparison.Ordinal);
    }

    private static Task<GuardedSite> StartAsync() => GuardedSite.StartWellAsync(
        json => json["Logging"] = new JsonObject { ["LogLevel"] = new JsonObject { ["Default"] = "None", ["ProxyGuard"] = "Debug" } });

    [GeneratedRegex("<p class=\"request\">.*<code>([^<]*)</code></p>")]
    private static partial Regex Shown();
}
