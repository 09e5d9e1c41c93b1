using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Reloading;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Seeing.Upstreams;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;
using Yarp.ReverseProxy;
using Yarp.ReverseProxy.Model;

namespace ProxyGuard.Tests.Deciding.Reloading;

/// <summary>Another configuration takes the place of the one in force while requests come in, and nobody is dropped.</summary>
public sealed class ReloadTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_rule_added_in_the_middle_of_an_incident_works_at_once()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusOfPostAsync(site, "/preview"));
        await site.EditAsync(json => json["ProxyGuard"]!["Requests"]!.AsArray().Insert(
            0, JsonNode.Parse("""{ "Method": "POST", "Path": "/preview", "Is": "read" }""")));

        using HttpResponseMessage answer = await site.ReloadAsync();

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(HttpStatusCode.OK, await StatusOfPostAsync(site, "/preview"));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusOfPostAsync(site, "/photos"));
        Assert.Equal((SiteMode.ReadOnly, Cause.ReplicasStuck), (site.View.Mode, site.View.Cause!.Value));
    }

    [Fact]
    public async Task A_file_with_a_fault_changes_nothing_and_every_fault_is_told()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        GuardView before = site.View;
        await site.EditAsync(json =>
        {
            json.Put("ProxyGuard:Freshness:MaxLag", "5");
            json.Put("ProxyGuard:Site:Name", "Another Club");
            json.Put("ReverseProxy:Routes:site:ClusterId", "nowhere");
        });

        using HttpResponseMessage answer = await site.ReloadAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        JsonElement problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        string[] errors = [.. problem.GetProperty("errors").EnumerateArray().Select(error => error.GetString()!)];
        Assert.Contains(errors, error => error.StartsWith("ProxyGuard:Freshness:MaxLag is 5 but must be", StringComparison.Ordinal));
        Assert.Contains(errors, error => error.StartsWith("ReverseProxy:Routes:site:ClusterId is nowhere", StringComparison.Ordinal));
        Assert.Same(before.Rules, site.View.Rules);
        Assert.Equal("Photo Club", (await site.StatusAsync()).GetProperty("site").GetString());
    }

    [Fact]
    public async Task A_node_is_added_and_known_after_its_readings_while_the_others_stay_as_well_known()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.EditAsync(json =>
        {
            json.Put("ProxyGuard:Nodes:db4", JsonNode.Parse("""{ "Connection": "Server=db4.internal.example;User ID=proxyguard", "Role": "replica" }"""));
            json.Put("ReverseProxy:Clusters:site:Destinations:web4", JsonNode.Parse(
                $$"""{ "Address": "{{site.Upstreams["web3"].Address}}", "Metadata": { "ReadsFrom": "db4" } }"""));
        });

        (await site.ReloadAsync()).Dispose();

        Assert.Equal(
            [("db1", NodeHealth.Fresh), ("db2", NodeHealth.Fresh), ("db3", NodeHealth.Fresh), ("db4", NodeHealth.Unknown)],
            site.View.Fleet.Nodes.Select(node => (node.Rules.Name, node.Health)));
        Assert.Equal(SiteMode.Normal, site.View.Mode);
        await site.TickAsync(3);
        Assert.Equal(NodeHealth.Fresh, site.View.Fleet.Nodes[3].Health);
        using JsonDocument fleet = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/fleet"));
        Assert.Equal(4, fleet.RootElement.GetProperty("nodes").GetArrayLength());
    }

    [Fact]
    public async Task A_node_before_others_is_removed_and_what_is_known_of_these_stays_theirs()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Fleet["db3"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);
        MonotonicInstant stuckSince = site.View.Fleet.Nodes[2].Since;
        await site.EditAsync(json =>
        {
            json.Put("ProxyGuard:Nodes:db2", null);
            json.Put("ReverseProxy:Clusters:site:Destinations:web2", null);
        });

        (await site.ReloadAsync()).Dispose();

        NodeState db3 = site.View.Fleet.Nodes[1];
        Assert.Equal(("db3", NodeHealth.Stuck, stuckSince, 0), (db3.Rules.Name, db3.Health, db3.Since, db3.Source!.Value));
        // The one that was fresh is gone: from here on writes would stall.
        Assert.Equal(Cause.ReplicasStuck, site.View.Cause);
        await site.TickAsync();
        Assert.Equal(HttpStatusCode.OK, (await site.Http.GetAsync("/photos")).StatusCode);
        Assert.DoesNotContain(site.Upstreams["web2"].Seen, _ => true);
    }

    [Fact]
    public async Task An_event_stream_and_a_hold_outlive_a_reload()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        (await site.Management.PutAsJsonAsync("/api/v1/maintenance", new { mode = "read-only", reason = "new disks" })).Dispose();
        using HttpResponseMessage stream = await site.Http.GetAsync("/_proxyguard/events", HttpCompletionOption.ResponseHeadersRead);
        using var events = new StreamReader(await stream.Content.ReadAsStreamAsync());
        await site.EditAsync(json => json.Put("ProxyGuard:Site:Name", "Another Club"));

        (await site.ReloadAsync()).Dispose();

        Assert.Equal("new disks", site.View.Hold!.Reason);
        Assert.True(File.Exists(Path.Combine(site.StateDirectory, "hold.json")));
        using var patience = new CancellationTokenSource(Deadline);
        string? line;
        do
            line = await events.ReadLineAsync(patience.Token);
        while (line is not null && !line.Contains("Another Club", StringComparison.Ordinal));
        Assert.NotNull(line);
    }

    [Fact]
    public async Task Routes_clusters_and_a_web_servers_address_change_with_it()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await using Upstream blog = await Upstream.StartAsync("blog");
        await using Upstream moved = await Upstream.StartAsync("moved");
        await site.EditAsync(json =>
        {
            json.Put("ReverseProxy:Routes:blog", JsonNode.Parse("""{ "ClusterId": "blog", "Match": { "Path": "/blog/{**rest}" } }"""));
            json.Put("ReverseProxy:Clusters:blog", JsonNode.Parse($$"""{ "Destinations": { "b1": { "Address": "{{blog.Address}}" } } }"""));
            json.Put("ReverseProxy:Clusters:site:Destinations:web1:Address", $"{moved.Address}");
        });

        (await site.ReloadAsync()).Dispose();

        Assert.Contains("blog", await site.Http.GetStringAsync("/blog/1"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.OK, await StatusOfPostAsync(site, "/photos"));
        Assert.Single(moved.Seen);
        using JsonDocument fleet = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/fleet"));
        string text = fleet.RootElement.GetRawText();
        Assert.Contains(moved.Address.Port.ToString(), text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Languages_keys_hosts_and_limits_change_with_it()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        Assert.Contains("\"fr\":{", await site.Http.GetStringAsync("/_proxyguard/b.js"), StringComparison.Ordinal);
        await site.EditAsync(json =>
        {
            json.Put("ProxyGuard:Site:Languages", new JsonArray("de"));
            json.Put("ProxyGuard:Site:Hosts", new JsonArray("127.0.0.1", "www.club.example"));
            json.Put("ProxyGuard:Limits:MaxBodyBytes", 1000);
            json.Put("ProxyGuard:Limits:MaxEventStreams", 0);
            json.Put("ProxyGuard:Admin:Keys:berta", AdminKey.Configured("another key"));
        });

        (await site.ReloadAsync()).Dispose();

        Assert.Contains("lang=\"de\"", await site.Http.GetStringAsync("/_proxyguard/"), StringComparison.Ordinal);
        Assert.DoesNotContain("\"fr\":{", await site.Http.GetStringAsync("/_proxyguard/b.js"), StringComparison.Ordinal);
        using var stranger = new HttpRequestMessage(HttpMethod.Get, "/photos") { Headers = { Host = "other.example" } };
        Assert.Equal(HttpStatusCode.MisdirectedRequest, (await site.Http.SendAsync(stranger)).StatusCode);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.GetAsync("/_proxyguard/events")).StatusCode);
        using HttpResponseMessage large = await site.Http.PostAsync("/login", new ByteArrayContent(new byte[1001]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
        using var berta = new HttpRequestMessage(HttpMethod.Get, "/api/v1/maintenance") { Headers = { Authorization = new("Bearer", "another key") } };
        Assert.Equal(HttpStatusCode.OK, (await site.Management.SendAsync(berta)).StatusCode);
    }

    [Fact]
    public async Task Limits_of_connections_are_in_force_for_new_ones()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        string address = "/" + new string('a', 300);
        using var before = new HttpClient { BaseAddress = site.Address };
        Assert.Equal(HttpStatusCode.OK, (await before.GetAsync(address)).StatusCode);
        await site.EditAsync(json => json.Put("ProxyGuard:Limits", JsonNode.Parse("""{ "MaxRequestLineBytes": 256, "MaxHeaders": 10 }""")));

        (await site.ReloadAsync()).Dispose();

        using var after = new HttpClient { BaseAddress = site.Address };
        Assert.Equal(HttpStatusCode.RequestUriTooLong, (await after.GetAsync(address)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await after.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task Two_nodes_that_change_their_roles_are_unknown_until_they_were_read()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.EditAsync(json =>
        {
            json.Put("ProxyGuard:Nodes:db1:Role", "replica");
            json.Put("ProxyGuard:Nodes:db2:Role", "primary");
        });

        (await site.ReloadAsync()).Dispose();

        Assert.Equal(1, site.View.Fleet.PrimaryDetection.Node);
        Assert.Equal(
            [NodeHealth.Unknown, NodeHealth.Unknown, NodeHealth.Fresh], site.View.Fleet.Nodes.Select(node => node.Health));
        Assert.Equal(Cause.NothingKnown, site.View.Cause);
    }

    [Fact]
    public async Task What_needs_a_restart_is_named_and_stays_as_it_is()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.EditAsync(json =>
        {
            json.Put("ProxyGuard:Probe:Interval", "00:00:02");
            json.Put("ProxyGuard:Freshness:MaxLag", "00:00:09");
            json.Put("ProxyGuard:Nodes:db2:Connection", "Server=db2.internal.example;User ID=proxyguard;Password=hunter3");
        });

        JsonElement told = await ReloadedAsync(site);

        Assert.Equal(
            [("ProxyGuard:Freshness:MaxLag", null, "00:00:09", false), ("ProxyGuard:Nodes:db2:Connection", "…", "…", false),
                ("ProxyGuard:Probe:Interval", null, "00:00:02", true)],
            told.GetProperty("changes").EnumerateArray().Select(change => (
                change.GetProperty("path").GetString(), change.GetProperty("from").GetString(), change.GetProperty("to").GetString(),
                change.GetProperty("needsRestart").GetBoolean())));
        Assert.Equal(
            (TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(9)),
            (site.View.Rules.Probe.Interval, site.View.Rules.Fleet.Freshness.MaxLag));
        // What awaits the restart goes on being told, and nothing else is left.
        using JsonDocument left = JsonDocument.Parse(await site.Management.GetStringAsync("/api/v1/reload"));
        Assert.Equal(
            ["ProxyGuard:Probe:Interval"],
            left.RootElement.GetProperty("changes").EnumerateArray().Select(change => change.GetProperty("path").GetString()));
    }

    [Fact]
    public async Task A_saved_file_is_only_told_and_the_audit_file_says_who_reloaded_what()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        ConfigurationWatch watch = site.Service<ConfigurationWatch>();
        await site.EditAsync(json => json.Put("ProxyGuard:Freshness:MaxLag", "00:00:09"));
        await Eventually.HappensAsync("the difference is seen", Deadline, () =>
        {
            site.Time.Advance(TimeSpan.FromSeconds(5));
            return watch.Differs;
        });
        Assert.Equal(TimeSpan.FromSeconds(5), site.View.Rules.Fleet.Freshness.MaxLag);

        (await site.ReloadAsync()).Dispose();

        await Eventually.HappensAsync("it does not differ any more", Deadline, () =>
        {
            site.Time.Advance(TimeSpan.FromSeconds(5));
            return !watch.Differs;
        });
        await Eventually.HappensAsync("it is in the audit file", Deadline, () =>
            File.ReadAllText(Path.Combine(site.StateDirectory, "audit.jsonl")) is var audit
            && audit.Contains("\"who\":\"tests\"", StringComparison.Ordinal)
            && audit.Contains("ProxyGuard:Freshness:MaxLag = 00:00:09 (new)", StringComparison.Ordinal));
    }

    /// <summary>A view that is too old to be trusted stays so: neither a hold's end nor a reload knows anything new.</summary>
    [Fact]
    public async Task Neither_a_hold_nor_a_reload_opens_a_site_that_was_not_looked_at()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        site.Time.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(Cause.NothingKnown, site.View.Cause);

        (await site.Management.DeleteAsync("/api/v1/maintenance")).Dispose();
        Assert.Equal((SiteMode.ReadOnly, Cause.NothingKnown), (site.View.Mode, site.View.Cause!.Value));
        (await site.ReloadAsync()).Dispose();
        Assert.Equal((SiteMode.ReadOnly, Cause.NothingKnown), (site.View.Mode, site.View.Cause!.Value));
    }

    /// <summary>Reloads again and again read nothing: what is known gets old all the same.</summary>
    [Fact]
    public async Task Reloads_do_not_keep_an_old_view_alive()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        for (int reload = 0; reload < 4; reload++)
        {
            site.Time.Advance(TimeSpan.FromSeconds(0.4));
            await site.EditAsync(json => json.Put("ProxyGuard:Freshness:MaxLag", $"00:00:0{reload + 5}"));
            (await site.ReloadAsync()).Dispose();
        }

        Assert.Equal(Cause.NothingKnown, site.View.Cause);
    }

    [Fact]
    public async Task A_web_server_that_was_out_gets_requests_at_its_new_address()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await using Upstream moved = await Upstream.StartAsync("moved");
        await site.Upstreams["web1"].DisposeAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, await StatusOfPostAsync(site, "/photos"));
        await site.EditAsync(json => json.Put("ReverseProxy:Clusters:site:Destinations:web1:Address", $"{moved.Address}"));

        (await site.ReloadAsync()).Dispose();

        Assert.Equal(HttpStatusCode.OK, await StatusOfPostAsync(site, "/photos"));
        DestinationState web1 = site.Service<IProxyStateLookup>().GetClusters().Single().Destinations["web1"];
        Assert.NotEqual(DestinationHealth.Unhealthy, web1.Health.Passive);
    }

    [Fact]
    public async Task A_removed_web_server_is_told_of_no_more()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        for (int page = 0; page < 20; page++)
            (await site.Http.GetAsync("/")).Dispose();
        await StatusOfPostAsync(site, "/photos");
        await site.EditAsync(json => json.Put("ReverseProxy:Clusters:site:Destinations:web3", null));

        (await site.ReloadAsync()).Dispose();

        Assert.Equal(["web1", "web2"], site.Service<WebServersBoard>().Seen.Servers.Select(server => server.Name));
    }

    /// <summary>The listener of the start goes on leading clients to the replicas, whatever the file says of it.</summary>
    [Fact]
    public async Task A_read_port_that_is_removed_from_the_file_goes_on_counting_until_the_restart()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            json["ProxyGuard"]!["ReadPort"] = JsonNode.Parse("""{ "Listen": "tcp://127.0.0.1:0" }""");
            json["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"]!.AsObject().Remove("web3");
        });
        Assert.True(site.View.Fleet.Nodes[2].Rules.ServesReads);
        await site.EditAsync(json => json.Put("ProxyGuard:ReadPort", null));

        JsonElement told = await ReloadedAsync(site);

        Assert.True(told.GetProperty("changes")[0].GetProperty("needsRestart").GetBoolean());
        Assert.True(site.View.Fleet.Nodes[2].Rules.ServesReads);
    }

    /// <summary>Beside what is named like one, everything of others' sections that could be one.</summary>
    [Fact]
    public async Task No_secret_is_told()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.EditAsync(json =>
        {
            json.Put("ReverseProxy:Routes:site:Transforms", JsonNode.Parse("""[ { "RequestHeader": "Authorization", "Set": "Basic hunter4" } ]"""));
            json.Put("ReverseProxy:Clusters:site:HttpClient", JsonNode.Parse("""{ "WebProxy": { "Address": "http://user:hunter4@127.0.0.1:9" } }"""));
            json.Put("ReverseProxy:Clusters:site:HealthCheck", JsonNode.Parse("""{ "Active": { "Query": "?key=hunter4" } }"""));
            json.Put("ProxyGuard:Nodes:db2:Connection", "Server=db2.internal.example;User ID=proxyguard;Password=hunter4");
            json.Put("ProxyGuard:Reads:MarkSecret", "hunter4 hunter4 hunter4 hunter4 hunter4");
        });

        JsonElement told = await ReloadedAsync(site);

        Assert.Equal(5, told.GetProperty("changes").GetArrayLength());
        Assert.DoesNotContain("hunter4", told.GetRawText(), StringComparison.Ordinal);
        await Eventually.HappensAsync("it is in the audit file", Deadline, () =>
            File.ReadAllText(Path.Combine(site.StateDirectory, "audit.jsonl")).Contains("configuration:", StringComparison.Ordinal));
        Assert.DoesNotContain("hunter", File.ReadAllText(Path.Combine(site.StateDirectory, "audit.jsonl")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rule_before_others_is_one_change()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.EditAsync(json => json["ProxyGuard"]!["Requests"]!.AsArray().Insert(
            0, JsonNode.Parse("""{ "Method": "POST", "Path": "/preview", "Is": "read" }""")));

        JsonElement told = await ReloadedAsync(site);

        JsonElement change = Assert.Single(told.GetProperty("changes").EnumerateArray());
        Assert.Equal(
            ("ProxyGuard:Requests", null, "Is read, Method POST, Path /preview"),
            (change.GetProperty("path").GetString(), change.GetProperty("from").GetString(), change.GetProperty("to").GetString()));
    }

    /// <summary>To an option it is the same name, to a web server that reads from it another one.</summary>
    [Fact]
    public async Task A_node_whose_name_has_other_capitals_is_told_as_another_one()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.EditAsync(json =>
        {
            JsonNode db2 = json.At("ProxyGuard:Nodes:db2")!.DeepClone();
            json.Put("ProxyGuard:Nodes:db2", null);
            json.Put("ProxyGuard:Nodes:DB2", db2);
            json.Put("ReverseProxy:Clusters:site:Destinations:web2:Metadata:ReadsFrom", "DB2");
        });

        JsonElement told = await ReloadedAsync(site);

        Assert.Contains(
            ("ProxyGuard:Nodes", "db2", "DB2"), told.GetProperty("changes").EnumerateArray().Select(
                change => (change.GetProperty("path").GetString(), change.GetProperty("from").GetString(), change.GetProperty("to").GetString())));
    }

    [Theory]
    [InlineData("Logging:Console", """{ "LogLevel": { "Default": "Info" } }""")]
    [InlineData("ReverseProxy:Clusters:site:HttpRequest", """{ "ActivityTimeout": "00:00:90" }""")]
    [InlineData("ReverseProxy:Routes:site:Order", "99999999999")]
    public async Task What_others_would_throw_at_is_a_fault_and_the_watch_goes_on(string path, string value)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        JsonNode good = JsonNode.Parse(await File.ReadAllTextAsync(site.ConfigurationPath))!;
        await site.EditAsync(json => json.Put(path, JsonNode.Parse(value)));

        using HttpResponseMessage answer = await site.ReloadAsync();

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        ConfigurationWatch watch = site.Service<ConfigurationWatch>();
        await SeenAsync(site, watch, differs: true);
        await File.WriteAllTextAsync(site.ConfigurationPath, good.ToJsonString());
        await SeenAsync(site, watch, differs: false);
        Assert.False(watch.ExecuteTask!.IsCompleted);
    }

    /// <summary>A volume of Kubernetes: the file is a link, and what it leads to is replaced.</summary>
    [Fact]
    public async Task A_file_behind_a_link_is_seen_to_differ()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        ConfigurationWatch watch = site.Service<ConfigurationWatch>();
        string target = site.ConfigurationPath + ".of-the-volume";
        File.Move(site.ConfigurationPath, target);
        File.CreateSymbolicLink(site.ConfigurationPath, target);
        await site.EditAsync(json => json.Put("ProxyGuard:Freshness:MaxLag", "00:00:09"));
        await SeenAsync(site, watch, differs: true);
        (await site.ReloadAsync()).Dispose();
        await SeenAsync(site, watch, differs: false);

        // The link itself stays as it is.
        await site.EditAsync(json => json.Put("ProxyGuard:Freshness:MaxLag", "00:00:10"));

        await SeenAsync(site, watch, differs: true);
        Assert.NotNull(new FileInfo(site.ConfigurationPath).LinkTarget);
    }

    private static Task SeenAsync(GuardedSite site, ConfigurationWatch watch, bool differs) =>
        Eventually.HappensAsync($"that it differs is {differs}", Deadline, () =>
        {
            site.Time.Advance(TimeSpan.FromSeconds(5));
            return watch.Differs == differs;
        });

    /// <summary>Every option is in force after a reload, or is named as one that needs a restart and is not.</summary>
    [Theory]
    [MemberData(nameof(OptionEffectTests.All), MemberType = typeof(OptionEffectTests))]
    public async Task No_option_is_silently_left_as_it_was(string option, string value)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync(
            json => json["ProxyGuard"]!["ReadPort"] = JsonNode.Parse("""{ "Listen": "tcp://127.0.0.1:0" }"""));
        object? before = OptionEffectTests.Read(option, site.Service<LiveSettings>().Current);
        await site.EditAsync(json =>
        {
            // What must lie below or above another one is given room by it.
            if (option == "Probe:Timeout")
                json.Put("ProxyGuard:Probe:Interval", "00:00:41");
            if (option == "Freshness:ReturnBelow")
                json.Put("ProxyGuard:Freshness:MaxLag", "00:00:43");
            if (option == "ReadPort:DrainAfter")
                json.Put("ProxyGuard:ReadPort:EndAfter", "00:06:00");
            // A bare list of rules has no room for an option beside it.
            if (option.StartsWith("Requests:", StringComparison.Ordinal))
                json.Put("ProxyGuard:Requests", new JsonObject());
            json.Put($"ProxyGuard:{option}", JsonNode.Parse(value));
        });

        JsonElement told = await ReloadedAsync(site);

        bool needsRestart = told.GetProperty("changes").EnumerateArray()
            .First(change => change.GetProperty("path").GetString() == $"ProxyGuard:{option}").GetProperty("needsRestart").GetBoolean();
        object? now = OptionEffectTests.Read(option, site.Service<LiveSettings>().Current);
        Assert.Equal(needsRestart ? before : OptionEffectTests.ExpectedOf(option), now);
    }

    private static async Task<JsonElement> ReloadedAsync(GuardedSite site)
    {
        using HttpResponseMessage answer = await site.ReloadAsync();
        string body = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, body);
        using JsonDocument json = JsonDocument.Parse(body);
        return json.RootElement.Clone();
    }

    private static async Task<HttpStatusCode> StatusOfPostAsync(GuardedSite site, string path)
    {
        using HttpResponseMessage answer = await site.Http.PostAsync(path, new StringContent("a=b"));
        return answer.StatusCode;
    }
}
