using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>Applications that have one address for everything: what their forms say decides, once writes are refused.</summary>
public sealed class ParameterRuleTests
{
    private const string Presets = """
        { "Rules": [ { "Method": "POST", "Path": "/find.php", "Form": { "do": "search" }, "Is": "read" } ],
          "Presets": [ "mediawiki", { "Name": "wordpress", "Path": "/blog" } ] }
        """;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_logout_passes_while_the_site_is_read_only_and_an_edit_does_not()
    {
        await using GuardedSite site = await ReadOnlyAsync();

        using HttpResponseMessage logout = await PostAsync(site, "/api.php", "action=logout&token=a%2Bb&format=json");
        using HttpResponseMessage edit = await PostAsync(site, "/api.php", "action=edit&title=A&text=Hello+from+the+lake");
        string refused = await edit.Content.ReadAsStringAsync(Stop);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable), (logout.StatusCode, edit.StatusCode));
        Assert.Equal("action=logout&token=a%2Bb&format=json", Assert.Single(site.Upstreams["web1"].Seen).Body);
        // What was read to find that out is given back like that of any refused form.
        Assert.Contains("Hello from the lake", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_search_goes_where_reads_go()
    {
        await using GuardedSite site = await ReadOnlyAsync();

        using HttpResponseMessage search = await PostAsync(site, "/find.php", "do=search&q=lake");

        Assert.Equal(HttpStatusCode.OK, search.StatusCode);
        Assert.Empty(site.Upstreams["web1"].Seen);
        Assert.Single(site.Upstreams.Values.SelectMany(upstream => upstream.Seen));
    }

    [Fact]
    public async Task A_preview_in_parts_arrives_byte_for_byte_also_without_a_length()
    {
        await using GuardedSite site = await ReadOnlyAsync();
        string text = string.Concat(Enumerable.Range(0, 5_000).Select(line => line.ToString(CultureInfo.InvariantCulture) + " ä\r\n"));
        string form = Parts(("wpTextbox1", text), ("wpPreview", "Vorschau zeigen"));

        using HttpRequestMessage request = Post("/index.php?title=A&action=submit", form, "multipart/form-data; boundary=X7-x");
        request.Headers.TransferEncodingChunked = true;
        using HttpResponseMessage preview = await site.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.OK, preview.StatusCode);
        Assert.Equal(form, Assert.Single(site.Upstreams.Values.SelectMany(upstream => upstream.Seen)).Body);
    }

    [Theory]
    [InlineData(SubmittedForms.MostRead, true)]
    [InlineData(SubmittedForms.MostRead + 1, false)]
    public async Task A_form_is_read_up_to_its_limit(int length, bool passes)
    {
        await using GuardedSite site = await ReadOnlyAsync();
        foreach (bool isChunked in (bool[])[false, true])
        {
            using HttpRequestMessage request = Post("/api.php", "action=logout&x=".PadRight(length, 'a'), "application/x-www-form-urlencoded");
            request.Headers.TransferEncodingChunked = isChunked;
            using HttpResponseMessage answer = await site.Http.SendAsync(request, Stop);
            Assert.Equal(passes, answer.StatusCode == HttpStatusCode.OK);
        }
    }

    [Theory]
    [InlineData("X-HTTP-Method-Override", "DELETE", "action=logout")]
    [InlineData("Cookie", "action=edit", "action=logout")]
    [InlineData("X-Nothing", "x", "action=logout&_method=DELETE")]
    [InlineData("X-Nothing", "x", "action=logout&action=edit")]
    public async Task Whatever_could_make_something_else_of_it_is_refused(string header, string value, string form)
    {
        await using GuardedSite site = await ReadOnlyAsync();
        using HttpRequestMessage request = Post("/api.php", form, "application/x-www-form-urlencoded");
        request.Headers.Add(header, value);
        using HttpResponseMessage answer = await site.Http.SendAsync(request, Stop);

        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        Assert.Empty(site.Upstreams.Values.SelectMany(upstream => upstream.Seen));
    }

    [Fact]
    public async Task A_form_is_not_read_where_nothing_would_be_refused()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(Configure);

        using HttpResponseMessage search = await PostAsync(site, "/find.php", "do=search&q=lake");

        // It goes where writes go: only its form would say that it is none.
        Assert.Equal(HttpStatusCode.OK, search.StatusCode);
        Assert.Single(site.Upstreams["web1"].Seen);
    }

    [Fact]
    public async Task Links_that_do_something_are_refused_and_lists_are_not()
    {
        await using GuardedSite site = await ReadOnlyAsync();
        async Task<bool> PassesAsync(string target)
        {
            using HttpResponseMessage answer = await site.Http.GetAsync(target, Stop);
            return answer.StatusCode == HttpStatusCode.OK;
        }

        Assert.False(await PassesAsync("/blog/wp-admin/post.php?post=5&action=trash&_wpnonce=ab12"));
        Assert.False(await PassesAsync("/blog/wp-admin/edit.php?action=-1&action2=-1&delete_all=Empty&_wpnonce=ab12"));
        Assert.False(await PassesAsync("/blog/wp-cron.php"));
        Assert.True(await PassesAsync("/blog/wp-admin/edit.php?s=lake&action=-1&action2=-1&_wpnonce=ab12"));
        Assert.True(await PassesAsync("/blog/wp-admin/post.php?post=5&action=edit"));
        Assert.True(await PassesAsync("/blog/wp-login.php?action=logout&_wpnonce=ab12"));
        Assert.True(await PassesAsync("/wp-admin/post.php?post=5&action=trash&_wpnonce=ab12"));
        // Where a logout goes: to the primary.
        Assert.Contains(site.Upstreams["web1"].Seen, seen => seen.Target.Contains("logout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_looks_into_forms_and_tells_what_is_known_of_them()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            Configure(json);
            json["ProxyGuard"]!["Requests"]!["DryRun"] = true;
        });
        await site.StopReplicasAsync();

        foreach (string form in (string[])["action=logout", "action=stashedit&text=x", "action=edit&text=x"])
        {
            using HttpResponseMessage answer = await PostAsync(site, "/api.php", form);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        }

        using HttpResponseMessage cron = await PostAsync(site, "/blog/wp-cron.php", "x=1");
        using JsonDocument told = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/dry-run", Stop));
        string[] refused = [.. told.RootElement.GetProperty("wouldBeRefused").EnumerateArray().Select(kind =>
            $"{kind.GetProperty("path")} {kind.GetProperty("times")} {(kind.TryGetProperty("known", out JsonElement known) ? known.GetString()![..12] : "")}")];

        Assert.Equal("action=logout", site.Upstreams["web1"].Seen.First().Body);
        // The logout would have passed.
        Assert.Equal(["/api.php 2 ", "/blog/wp-cron.php 1 wordpress: s"], refused);
    }

    [Theory]
    [InlineData("""{ "Presets": [ "wordpres" ] }""", "Presets:0", "did you mean wordpress?")]
    [InlineData("""{ "Presets": [ { "Name": "mediawiki", "Path": "wiki" } ] }""", "Presets:0:Path", "must begin with /")]
    [InlineData("""{ "Presets": [ { "Path": "/wiki" } ] }""", "Presets:0:Name", "is missing")]
    [InlineData("""{ "Presets": [ { "Name": "mediawiki", "At": "/wiki" } ] }""", "Presets:0:At", "is not an option")]
    [InlineData("""{ "Rules": [ { "Path": "/x", "Is": "read", "Form": { "a b": "x" } } ] }""", "Rules:0:Form", "a name is up to")]
    [InlineData("""{ "Rules": [ { "Path": "/x", "Is": "read", "Query": { "a": "" } } ] }""", "Rules:0:Query:a", "is empty")]
    [InlineData("""{ "Rules": [ { "Path": "/x", "Is": "read", "Query": "a=b" } ] }""", "Rules:0:Query", "is a text")]
    [InlineData("""{ "Rules": [ { "Method": "GET", "Path": "/x", "Is": "write", "Form": { "a": "b" } } ] }""", "Rules:0:Form", "has no form")]
    public async Task A_wrong_rule_is_told_with_its_place(string requests, string path, string problem)
    {
        JsonObject json = Configured.Sample();
        json["ProxyGuard"]!["Requests"] = JsonNode.Parse(requests);

        Assert.Contains(
            await Configured.FaultsAsync(json), fault => fault.Path == $"ProxyGuard:Requests:{path}"
                && fault.Problem.Contains(problem, StringComparison.Ordinal));
    }

    private static async Task<GuardedSite> ReadOnlyAsync()
    {
        GuardedSite site = await GuardedSite.StartWellAsync(Configure);
        await site.StopReplicasAsync();
        return site;
    }

    private static void Configure(JsonNode json) => json["ProxyGuard"]!["Requests"] = JsonNode.Parse(Presets);

    private static async Task<HttpResponseMessage> PostAsync(GuardedSite site, string target, string form)
    {
        using HttpRequestMessage request = Post(target, form, "application/x-www-form-urlencoded");
        return await site.Http.SendAsync(request, Stop);
    }

    private static HttpRequestMessage Post(string target, string form, string contentType)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, target) { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(form)) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        request.Headers.Add("Accept", "text/html");
        request.Headers.Add("Accept-Language", "en");
        return request;
    }

    private static string Parts(params (string Name, string Value)[] fields) => string.Concat(fields.Select(field =>
        $"--X7-x\r\nContent-Disposition: form-data; name=\"{field.Name}\"\r\n\r\n{field.Value}\r\n")) + "--X7-x--\r\n";
}
