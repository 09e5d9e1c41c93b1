using System.Text;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Routing.Forwarding;
using ProxyGuard.Telling.Banner;
using ProxyGuard.Telling.Public;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Telling.Status;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Texts;

namespace ProxyGuard.Tests.Telling.Status;

/// <summary>Whatever one place says of the site, all say: over all causes, holds and ages, in every language.</summary>
public sealed class OneTruthTests
{
    public static TheoryData<string> Languages => [.. Wording.Languages];

    [Theory]
    [MemberData(nameof(Languages))]
    public void Every_page_states_every_fact_of_the_status(string language)
    {
        Wording wording = Wording.For(language);
        foreach (StatusDocument status in Statuses.All())
        {
            string[] facts = [.. FactsOf(status, wording, moment => Phrases.Time(wording, moment, status.At))];
            foreach ((string place, string page) in PagesOf(status, wording))
            {
                string text = TextOf(page);
                foreach (string fact in facts)
                    Assert.True(
                        text.Contains(fact, StringComparison.Ordinal),
                        $"{place}, {status.Mode} {status.Cause} over {status.Observed}: \"{fact}\" is not in: {text}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Languages))]
    public async Task The_banner_states_every_fact_of_the_status(string language)
    {
        Wording wording = Wording.For(language);
        StatusDocument[] all = [.. Statuses.All().Where(HasNews)];

        string[] said = await BannersAsync(language, all);

        foreach ((StatusDocument status, string text) in all.Zip(said))
        {
            foreach (string fact in FactsOf(status, wording, PublicNames.Of))
                Assert.True(
                    text.Contains(fact, StringComparison.Ordinal),
                    $"{status.Mode} {status.Cause} over {status.Observed}: \"{fact}\" is not in: {text}");
        }
    }

    /// <summary>When it may be over is said once: a hold's end, or what the copies need, but never both.</summary>
    [Theory]
    [MemberData(nameof(Languages))]
    public void A_refusal_page_never_gives_two_different_end_times(string language)
    {
        Wording wording = Wording.For(language);
        string later = wording["refused.when.later"].Split("{duration}")[0];
        foreach (
            StatusDocument status in Statuses.All()
                .Where(status => status.Mode == SiteMode.ReadOnly && status.End is not null && status.Cause == Cause.Operator))
        {
            string text = TextOf(PagesOf(status, wording).Single(page => page.Place == "refusal").Html);
            string end = Phrases.Duration(wording, status.End!.Value - status.At);

            foreach (string one in text.Split(later).Skip(1))
                Assert.StartsWith(end, one, StringComparison.Ordinal);
        }
    }

    /// <summary>
    /// Programs: the same members with the same values, in status.json, in a refusal and in what the management listener tells.
    /// </summary>
    [Fact]
    public async Task All_JSON_endpoints_report_the_same_status()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await IsOneAsync(site);
        await site.StopReplicasAsync();
        await IsOneAsync(site);
        using var hold = JsonContentOf("""{ "mode": "read-only", "reason": "disks" }""");
        using HttpResponseMessage set = await site.Management.PutAsync(new Uri("/api/v1/maintenance", UriKind.Relative), hold);
        set.EnsureSuccessStatusCode();
        await IsOneAsync(site);
    }

    /// <summary>
    /// An hour after an operator closed the site its web servers go: what is told as the cause has the time of that cause.
    /// </summary>
    [Fact]
    public async Task Since_is_the_start_time_of_the_reported_cause()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        using var hold = JsonContentOf("""{ "mode": "read-only" }""");
        using HttpResponseMessage set = await site.Management.PutAsync(new Uri("/api/v1/maintenance", UriKind.Relative), hold);
        set.EnsureSuccessStatusCode();
        site.Time.Advance(TimeSpan.FromHours(1));
        await site.TickAsync(3);
        DateTimeOffset later = site.Time.GetUtcNow();
        foreach (Upstream upstream in site.Upstreams.Values)
            await upstream.DisposeAsync();
        await site.Service<WebServerLooks>().LookAsync(TestContext.Current.CancellationToken);

        JsonElement status = await site.StatusAsync();

        Assert.Equal("web-servers-unreachable", status.GetProperty("cause").GetString());
        Assert.InRange(status.GetProperty("since").GetDateTimeOffset(), later.AddSeconds(-1), later.AddMinutes(1));
    }

    private static async Task IsOneAsync(GuardedSite site)
    {
        Dictionary<string, string> status = Members(await site.Http.GetStringAsync(new Uri("/_proxyguard/status.json", UriKind.Relative)));
        string[] facts = ["mode", "cause", "observedCause", "canRead", "canPost", "since", "isCurrent", "asOf", "endsAt", "catchUp"];
        foreach (string path in (string[])["/api/v1/maintenance", "/api/v1/fleet", "/api/v1/diagnosis", "/health"])
        {
            Dictionary<string, string> told = Members(await site.Management.GetStringAsync(new Uri(path, UriKind.Relative)));
            Assert.Equal(facts.Select(fact => (path, fact, status[fact])), facts.Select(fact => (path, fact, told[fact])));
        }

        if (status["mode"] == "\"normal\"")
            return;
        using var post = new HttpRequestMessage(HttpMethod.Post, "/comments") { Headers = { { "Accept", "application/json" } } };
        using HttpResponseMessage refused = await site.Http.SendAsync(post);
        Dictionary<string, string> problem = Members(await refused.Content.ReadAsStringAsync());
        Assert.Equal(facts.Select(fact => (fact, status[fact])), facts.Select(fact => (fact, problem[fact])));
    }

    /// <summary>What the banner's own script makes of each status, times as RFC 3339: how they are shown is the browser's affair.</summary>
    private static async Task<string[]> BannersAsync(string language, StatusDocument[] all)
    {
        string script = Encoding.UTF8.GetString(BannerScript.Compose([language], Statuses.Prefix).Bytes.Span);
        string statuses = string.Join(',', all.Select(status => Encoding.UTF8.GetString(StatusJson.Render(status))));
        // Enough of a document for what it builds; its last lines do nothing without a window to begin in.
        string said = await Node.RunAsync($$"""
            function element() {
              return { textContent: '', hidden: false, style: {}, children: [], appendChild: function (child) { this.children.push(child); return child; },
                setAttribute: function () {}, addEventListener: function () {}, attachShadow: function () { return element(); } };
            }
            var window = {}, document = { documentElement: { lang: '{{language}}' }, createElement: element, querySelectorAll: function () { return []; } }, location = { origin: 'https://club.example' }, navigator = {};
            {{script[..script.LastIndexOf("})();", StringComparison.Ordinal)]}}
            phrases.time = function (moment) { return moment; };
            build();
            console.log(JSON.stringify([{{statuses}}].map(function (status) {
              render(status);
              return [parts.headline, parts.cause, parts.times, parts.going].map(function (part) { return part.textContent; }).join(' ');
            })));
            })();
            """);
        return JsonSerializer.Deserialize<string[]>(said)!;
    }

    private static Dictionary<string, string> Members(string json) =>
        JsonDocument.Parse(json).RootElement.EnumerateObject()
            .ToDictionary(member => member.Name, member => JsonSerializer.Serialize(member.Value));

    private static StringContent JsonContentOf(string json) => new(json, Encoding.UTF8, "application/json");

    private static bool HasNews(StatusDocument status) =>
        status.Mode != SiteMode.Normal || !status.IsCurrent || status.Observed is not null
            || status.Reach is not (SiteReach.Full or SiteReach.Unknown);

    /// <summary>As sentences; not the numbers of a catch-up, which go on while one reads.</summary>
    private static IEnumerable<string> FactsOf(StatusDocument status, Wording wording, Func<DateTimeOffset, string> timeOf)
    {
        foreach (string cause in Story.CausesOf(status))
            yield return wording[cause];
        if (status.Since is { } since)
            yield return wording.Say("since", ("time", timeOf(since)));
        yield return wording.Say(Story.CurrencyOf(status), ("time", status.AsOf is { } asOf ? timeOf(asOf) : ""));
        if (status.End is { } end)
            yield return wording.Say("ends", ("time", timeOf(end)));
        if (status.CatchUp is { State: not CatchUpState.CatchingUp } catchUp)
            yield return wording[Story.StateOf(catchUp)];
    }

    private static IEnumerable<(string Place, string Html)> PagesOf(StatusDocument status, Wording wording)
    {
        yield return ("status page", StatusPage.Render(status, wording, Statuses.Site));
        if (status.Mode == SiteMode.Maintenance)
            yield return ("maintenance", MaintenancePage.Render(status, wording, Statuses.Site));
        if (status.Mode == SiteMode.ReadOnly)
            yield return (
                "refusal",
                RefusalPage.Render(status, wording, Statuses.Site, status.RetryAfter ?? TimeSpan.Zero, [], isLost: false, form: null));
    }

    // As a reader sees it: without tags, entities decoded, one space between words.
    private static string TextOf(string html)
    {
        string body = html[html.IndexOf("<body>", StringComparison.Ordinal)..];
        string text = System.Net.WebUtility.HtmlDecode(System.Text.RegularExpressions.Regex.Replace(body, "<[^>]+>", ""));
        return System.Text.RegularExpressions.Regex.Replace(text, "[ \n\r\t]+", " ");
    }
}
