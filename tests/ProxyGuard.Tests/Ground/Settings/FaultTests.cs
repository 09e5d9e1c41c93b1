using System.Text.Json.Nodes;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>What whoever edits the configuration reads when it is wrong.</summary>
public sealed class FaultTests
{
    // Path, value as JSON (null removes it), and the one line that is said.
    public static TheoryData<string, string?, string> Wrong => new()
    {
        { "ProxyGuard:Site:Name", null, "ProxyGuard:Site:Name is missing; it must be what members call the site." },
        { "ProxyGuard:Site:Languages", """["de", "it"]""", "ProxyGuard:Site:Languages has it but each must be one of en, de, fr." },
        { "ProxyGuard:Site:Languages", "\"de\"", "ProxyGuard:Site:Languages is a text but must be a list: [ … ]." },
        { "ProxyGuard:Site:Prefix", "\"/proxy/guard/\"",
            "ProxyGuard:Site:Prefix is /proxy/guard/ but must be one path segment of letters, digits, - and _ between slashes, such as /_proxyguard/." },
        { "ProxyGuard:Nodes", null, "ProxyGuard:Nodes is empty; it must name one primary and its replicas." },
        { "ProxyGuard:Nodes:db2:Role", "\"primary\"", "ProxyGuard:Nodes has 2 nodes with Role primary but must have exactly 1." },
        { "ProxyGuard:Nodes:db1:Role", "\"replica\"", "ProxyGuard:Nodes has 0 nodes with Role primary but must have exactly 1." },
        { "ProxyGuard:Nodes:db2:Role", "\"secondary\"",
            "ProxyGuard:Nodes:db2:Role is secondary but must be primary or replica or source (did you mean replica?)." },
        { "ProxyGuard:Nodes:db2:Accept", """["skip-error"]""",
            "ProxyGuard:Nodes:db2:Accept:0 is skip-error but must be one of architecture, filters, idempotent, log-replica-updates, server-id, skip-errors (did you mean skip-errors?)." },
        { "ProxyGuard:Nodes:db2:Accept", """["skip-counter"]""",
            "ProxyGuard:Nodes:db2:Accept:0 is skip-counter but must be one of architecture, filters, idempotent, log-replica-updates, server-id, skip-errors." },
        { "ProxyGuard:Nodes:db2:Accept", "\"filters\"", "ProxyGuard:Nodes:db2:Accept is a text but must be a list: [ … ]." },
        { "ProxyGuard:Site:Databases", "\"photos\"", "ProxyGuard:Site:Databases is a text but must be a list: [ … ]." },
        { "ProxyGuard:Nodes:db2:Role", null, "ProxyGuard:Nodes:db2:Role is missing; it must be primary or replica or source." },
        { "ProxyGuard:Nodes:db2:Connection", null,
            "ProxyGuard:Nodes:db2:Connection is missing; it must be a connection string, such as Server=db1;Port=3306;User ID=proxyguard;Password=…." },
        { "ProxyGuard:Nodes:db2:Connection", "\"User ID=proxyguard\"",
            "ProxyGuard:Nodes:db2:Connection names no server; it must be such as Server=db1;Port=3306;User ID=proxyguard;Password=…." },
        { "ProxyGuard:Nodes:db2:Connection", "\"Server=db2;Prot=3307\"",
            "ProxyGuard:Nodes:db2:Connection has an option that is unknown or has a value that is not allowed, the one at place 2; it must be such as Server=db1;Port=3306;User ID=proxyguard;Password=…, and a value with ; in it must stand in quotes." },
        { "ProxyGuard:Probe:Interval", "5",
            "ProxyGuard:Probe:Interval is 5 but must be a time such as 00:00:00.5, from 00:00:00.1 to 00:01:00." },
        { "ProxyGuard:Probe:Interval", """{ "Seconds": 5 }""", "ProxyGuard:Probe:Interval is a section but must be one value." },
        { "ProxyGuard:Probe:Timeout", "\"00:00:00.5\"",
            "ProxyGuard:Probe:Timeout is 00:00:00.5 but must be below ProxyGuard:Probe:Interval, which is 00:00:00.5." },
        { "ProxyGuard:Freshness:ReturnBelow", "\"00:00:05\"",
            "ProxyGuard:Freshness:ReturnBelow is 00:00:05 but must be below ProxyGuard:Freshness:MaxLag, which is 00:00:05." },
        { "ProxyGuard:Freshness:MaxLag", "\"02:00:00\"",
            "ProxyGuard:Freshness:MaxLag is 02:00:00 but must be a time such as 00:00:05, from 00:00:01 to 01:00:00." },
        { "ProxyGuard:Freshness:BehindAfter", "0", "ProxyGuard:Freshness:BehindAfter is 0 but must be a whole number from 1 to 100." },
        { "ProxyGuard:Freshness:FreshAfter", "\"\"", "ProxyGuard:Freshness:FreshAfter is empty but must be a whole number from 1 to 100." },
        { "ProxyGuard:Freshness:MaxLagg", "\"00:00:05\"",
            "ProxyGuard:Freshness:MaxLagg is not an option (did you mean MaxLag?); ProxyGuard:Freshness has BehindAfter, FreshAfter, MaxLag, ReturnBelow." },
        { "ProxyGuard:Freshness", "\"00:00:05\"",
            "ProxyGuard:Freshness is a text but must be a section: { … } with BehindAfter, FreshAfter, MaxLag, ReturnBelow." },
        { "ProxyGuard:Freshnes", "{ \"MaxLag\": 5 }",
            "ProxyGuard:Freshnes is not an option (did you mean Freshness?); ProxyGuard has Admin, Freshness, Heartbeat, Limits, Nodes, Probe, Proxies, ReadOnly, ReadPort, Reads, Requests, Shutdown, Site, State." },
        { "ProxyGuard:ReadOnly:MinFreshReplicas", "3",
            "ProxyGuard:ReadOnly:MinFreshReplicas is 3 but must be at most 2, the number of replicas that serve reads." },
        { "ProxyGuard:Requests:Rules:0:Path", "\"search\"", "ProxyGuard:Requests:Rules:0:Path is search but must begin with /." },
        { "ProxyGuard:Requests:Rules:1:Path", "\"/like*\"",
            "ProxyGuard:Requests:Rules:1:Path is /like* but may have * only as a whole segment." },
        { "ProxyGuard:Requests:Rules:1:Path", "\"/**/like\"",
            "ProxyGuard:Requests:Rules:1:Path is /**/like but may have ** only as its last segment." },
        { "ProxyGuard:Requests:Rules:0:Method", "\"post\"",
            "ProxyGuard:Requests:Rules:0:Method is post but must be a method in upper case, or * for all." },
        { "ProxyGuard:Requests:Rules:0:Is", "\"reed\"", "ProxyGuard:Requests:Rules:0:Is is reed but must be read or write or pass (did you mean read?)." },
        { "ProxyGuard:Requests:Rules:0:Body", "\"x\"",
            "ProxyGuard:Requests:Rules:0:Body is not an option; ProxyGuard:Requests:Rules:0 has Form, Is, Method, Path, Query." },
        { "ProxyGuard:Admin:Listen", "\"http://127.0.0.1:8080\"",
            "ProxyGuard:Admin:Listen is http://127.0.0.1:8080 but must have a port that members cannot reach, not one of Urls." },
        { "ProxyGuard:Admin:Listen", "\"http://0.0.0.0:8081\"",
            "ProxyGuard:Admin:Keys is empty but ProxyGuard:Admin:Listen (http://0.0.0.0:8081) is not on loopback; make a key with: ProxyGuard.dll key NAME." },
        { "ProxyGuard:Admin:Listen", "\"8081\"",
            "ProxyGuard:Admin:Listen is 8081 but must be http:// with an IP address, localhost or * and a port, such as http://127.0.0.1:8080." },
        { "ProxyGuard:Admin:Keys:anna", "\"secret\"",
            "ProxyGuard:Admin:Keys:anna must be sha256: and 64 hexadecimal digits, as printed by: ProxyGuard.dll key NAME." },
        { "ProxyGuard:Admin:Keys:anna", "{ \"Right\": \"view\" }",
            "ProxyGuard:Admin:Keys:anna:Key is missing; it must be sha256: and 64 hexadecimal digits, as printed by: ProxyGuard.dll key NAME." },
        { "ProxyGuard:Admin:Keys:anna", "{ \"Key\": \"hunter2\" }",
            "ProxyGuard:Admin:Keys:anna:Key must be sha256: and 64 hexadecimal digits, as printed by: ProxyGuard.dll key NAME." },
        { "ProxyGuard:Admin:Keys:anna", $$"""{ "Key": "{{AdminKey.Configured("x")}}", "Right": "admin" }""",
            "ProxyGuard:Admin:Keys:anna:Right is admin but must be view or operate." },
        { "ProxyGuard:Admin:Keys:anna", $$"""{ "Key": "{{AdminKey.Configured("x")}}", "Rights": "view" }""",
            "ProxyGuard:Admin:Keys:anna:Rights is unknown; a key has Key and Right (did you mean Right?)." },
        { "ProxyGuard:ReadPort:Listen", "\"3310\"",
            "ProxyGuard:ReadPort:Listen is 3310 but must be tcp:// with an IP address, localhost or * and a port, such as tcp://127.0.0.1:3310." },
        { "ProxyGuard:ReadPort:Listen", "\"127.0.0.1:8081\"",
            "ProxyGuard:ReadPort:Listen is 127.0.0.1:8081 but must have a port of its own, neither one of Urls or Kestrel:Endpoints nor that of ProxyGuard:Admin:Listen." },
        { "ProxyGuard:ReadPort:EndAfter", "\"00:00:29\"",
            "ProxyGuard:ReadPort:EndAfter is 00:00:29 but must not be below ProxyGuard:ReadPort:DrainAfter, which is 00:00:30 (the default)." },
        { "ProxyGuard:State:Directory", "\"/dev/null\"", "ProxyGuard:State:Directory is /dev/null but must be a directory, not a file." },
        { "Urls", "\"https://127.0.0.1:8443\"",
            "Urls has https://127.0.0.1:8443 but each must be http:// with an IP address, localhost or * and a port, such as http://127.0.0.1:8080; TLS is set in Kestrel:Endpoints." },
        { "Urls", "\";\"", "Urls names no address but must be http:// with an IP address, localhost or * and a port, such as http://127.0.0.1:8080." },
        { "Kestrel:Endpoints:Web:Url", "\"*:443\"",
            "Kestrel:Endpoints:Web:Url is *:443 but must be http:// or https:// with an IP address, localhost or * and a port, such as https://*:443." },
        { "Kestrel:Endpoints:Web:Url", "\"https://*:443\"",
            "Kestrel:Endpoints:Web:Certificate is missing but Kestrel:Endpoints:Web:Url is https://*:443; it must have Path and KeyPath (PEM), or Path and Password (PFX)." },
        { "Logging:LogLevel:Default", "\"Loud\"",
            "Logging:LogLevel:Default is Loud but must be one of Trace, Debug, Information, Warning, Error, Critical, None." },
        { "ReverseProxy:Clusters:site:Destinations:web3:Metadata:ReadsFrom", "\"mirror\"",
            "ReverseProxy:Clusters:site:Destinations:web3:Metadata:ReadsFrom is mirror but must be a node of ProxyGuard:Nodes: db1, db2, db3." },
        { "ReverseProxy:Clusters:site:Destinations:web1:Address", "\"ten.0.0.5\"",
            "ReverseProxy:Clusters:site:Destinations:web1:Address is ten.0.0.5 but must be a web address such as http://10.0.0.5:80/." },
        { "ReverseProxy:Clusters:site:Destinations", "{}",
            "ReverseProxy:Clusters:site:Destinations is empty; it must name the web servers." },
        { "ReverseProxy:Clusters:site:LoadBalancingPolicy", "\"Fastest\"",
            "ReverseProxy:Clusters:site is refused by the proxy: No matching ILoadBalancingPolicy found for the load balancing policy 'Fastest' set on the cluster 'site'." },
        { "ReverseProxy:Clusters:site:HttpClient:DangerousAcceptAnyServerCertificate", "\"perhaps\"",
            "ReverseProxy:Clusters:site:HttpClient:DangerousAcceptAnyServerCertificate is perhaps but must be true or false." },
        { "ReverseProxy:Routes:site:ClusterId", "\"sites\"",
            "ReverseProxy:Routes:site:ClusterId is sites but must be one of ReverseProxy:Clusters: site (did you mean site?)." },
        { "ReverseProxy:Routes:site:ClusterId", null,
            "ReverseProxy:Routes:site:ClusterId is missing but must be one of ReverseProxy:Clusters: site." },
        { "ReverseProxy:Routes:site:Match:Path", "\"{**x\"",
            "ReverseProxy:Routes:site is refused by the proxy: Invalid path '{**x' for route 'site'." },
        { "ReverseProxy:Routes", null, "ReverseProxy:Routes is empty; it must have a route, such as one with Match:Path {**catch-all}." },
        { "ProxyGuard:Heartbeat:Table", "\"heartbeat\"",
            "ProxyGuard:Heartbeat:Table is heartbeat but must be database.table, each of letters, digits, _ and $, such as percona.heartbeat." },
        { "ProxyGuard:Heartbeat:Table", "\"percona.heartbeat; DROP TABLE photos\"",
            "ProxyGuard:Heartbeat:Table is percona.heartbeat; DROP TABLE photos but must be database.table, each of letters, digits, _ and $, such as percona.heartbeat." },
        { "ProxyGuard:Heartbeat:Table", "\"percona.`heartbeat`\"",
            "ProxyGuard:Heartbeat:Table is percona.`heartbeat` but must be database.table, each of letters, digits, _ and $, such as percona.heartbeat." },
        { "ProxyGuard:Heartbeat:Tabel", "\"percona.heartbeat\"",
            "ProxyGuard:Heartbeat:Tabel is not an option (did you mean Table?); ProxyGuard:Heartbeat has Table." },
        { "ProxyGuard:ReadOnly:AllowTwoPrimaries", "\"yes\"", "ProxyGuard:ReadOnly:AllowTwoPrimaries is yes but must be true or false." },
        { "ProxyGuard:ReadOnly:AllowTwoPrimaries", "1", "ProxyGuard:ReadOnly:AllowTwoPrimaries is 1 but must be true or false." },
        { "ProxyGuard:Nodes:db3:Role", "\"source\"",
            "ReverseProxy:Clusters:site:Destinations:web3:Metadata:ReadsFrom is db3 but must not be a node with Role source." },
        { "Kestrel:Endpoints:Web:Url", "\"http://*:8081\"",
            "ProxyGuard:Admin:Listen is http://127.0.0.1:8081 but must have a port that members cannot reach, not that of Kestrel:Endpoints:Web:Url, which is http://*:8081." },
        { "ProxyGuard:Site:Hosts", """["www.club.example", "club.example:80"]""",
            "ProxyGuard:Site:Hosts has club.example:80 but each must be a host without a port, such as www.club.example, *.club.example or 10.0.0.5." },
        { "ProxyGuard:Reads:AllBehind", "\"read-stale\"",
            "ProxyGuard:Reads:AllBehind is read-stale but must be serve-stale or read-from-primary." },
        { "ProxyGuard:Reads:AboveLimit", "\"wait\"", "ProxyGuard:Reads:AboveLimit is wait but must be serve-stale or refuse." },
        { "ProxyGuard:Reads:MarkSecret", "\"hunter2-hunter2-hunter2-hunter2\"",
            "ProxyGuard:Reads:MarkSecret has 31 characters but must have at least 32." },
        { "ReverseProxy:Clusters:site:Destinations:web2:Metadata", """{ "ReadsVia": "Cookie" }""",
            "ReverseProxy:Clusters:site:Destinations:web2:Metadata:ReadsVia is Cookie but must be Header or ReadPort." },
        { "ReverseProxy:Clusters:site:Destinations:web2:Metadata", """{ "ReadsVia": "ReadPort" }""",
            "ReverseProxy:Clusters:site:Destinations:web2:Metadata:ReadsVia is ReadPort but ProxyGuard:ReadPort:Listen is not set." },
        { "ReverseProxy:Clusters:site:Destinations:web2:Metadata:ReadsVia", "\"Header\"",
            "ReverseProxy:Clusters:site:Destinations:web2:Metadata has ReadsFrom and ReadsVia but may have only one of them." },
        { "ProxyGuard:Limits:MaxEventStreams", "-1",
            "ProxyGuard:Limits:MaxEventStreams is -1 but must be a whole number from 0 to 1000000." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task An_invalid_option_is_rejected_in_one_line_that_says_what_is_allowed(string path, string? value, string line)
    {
        JsonObject json = Configured.Sample();
        json.Put(path, value is null ? null : JsonNode.Parse(value));

        IReadOnlyList<ConfigurationError> faults = await Configured.FaultsAsync(json);

        Assert.Equal([line], faults.Select(fault => fault.ToString()));
    }

    [Theory]
    [InlineData("Requests:Rehearse", "true", "Requests:DryRun")]
    [InlineData("Reads:OwnWrites", "true", "Reads:ReadYourWrites")]
    [InlineData("Reads:primarylimit", "4", "Reads:MaxPrimaryReads")]
    [InlineData("Shutdown:AnnounceFor", "\"00:00:05\"", "Shutdown:PreStopDelay")]
    [InlineData("Proxies:Known", "[ \"10.0.0.0/8\" ]", "Proxies:Trusted")]
    public async Task A_renamed_option_is_rejected_with_its_new_name(string before, string value, string now)
    {
        JsonObject json = Configured.Sample();
        json.Put($"ProxyGuard:{before}", JsonNode.Parse(value));

        Assert.Equal(
            [$"ProxyGuard:{before} is called ProxyGuard:{now} now."],
            (await Configured.FaultsAsync(json)).Select(fault => fault.ToString()));
    }

    [Fact]
    public async Task The_read_port_must_differ_from_Kestrels_ports()
    {
        JsonObject json = Configured.Sample();
        json.Put("Kestrel:Endpoints:Web:Url", "http://127.0.0.1:3310");
        json.Put("ProxyGuard:ReadPort:Listen", "127.0.0.1:3310");

        Assert.Equal(["ProxyGuard:ReadPort:Listen"], (await Configured.FaultsAsync(json)).Select(fault => fault.Path));
    }

    [Theory]
    [InlineData(64, null)]
    [InlineData(65, "ProxyGuard:Nodes has 65 nodes but may have at most 64.")]
    public async Task At_most_64_nodes_are_allowed(int nodes, string? line)
    {
        JsonObject json = Configured.Sample();
        for (int node = json.At("ProxyGuard:Nodes")!.AsObject().Count + 1; node <= nodes; node++)
            json.Put($"ProxyGuard:Nodes:db{node}", JsonNode.Parse($$"""{ "Connection": "Server=db{{node}}", "Role": "replica" }"""));

        Assert.Equal(line is null ? [] : [line], (await Configured.FaultsAsync(json)).Select(fault => fault.ToString()));
    }

    [Fact]
    public async Task A_node_name_with_other_characters_is_rejected()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Nodes:db 9", JsonNode.Parse("""{ "Connection": "Server=db", "Role": "replica" }"""));

        Assert.Equal(
            ["ProxyGuard:Nodes:db 9 has a name that is none: letters, digits, -, _ and . are allowed."],
            (await Configured.FaultsAsync(json)).Select(fault => fault.ToString()));
    }

    [Fact]
    public async Task All_faults_are_listed_at_once()
    {
        // Of those that do not hide one another.
        int[] which = [1, 3, 7, 14, 16, 20, 21, 23, 27, 31, 38, 43];
        JsonObject json = Configured.Sample();
        List<string> lines = [];
        foreach ((string path, string? value, string line) in which.Select(place => Wrong.ElementAt(place).Data))
        {
            json.Put(path, value is null ? null : JsonNode.Parse(value));
            lines.Add(line);
        }

        IReadOnlyList<ConfigurationError> faults = await Configured.FaultsAsync(json);

        Assert.Equal(lines.Order(StringComparer.Ordinal), faults.Select(fault => fault.ToString()).Order(StringComparer.Ordinal));
        Assert.StartsWith("The configuration has 12 faults:", new SettingsException(faults).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_default_that_conflicts_with_a_setting_is_named_as_the_default()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Freshness", JsonNode.Parse("""{ "MaxLag": "00:00:01" }"""));
        json.Put("ProxyGuard:Probe", JsonNode.Parse("""{ "Timeout": "00:00:01" }"""));

        Assert.Equal(
            [
                "ProxyGuard:Freshness:ReturnBelow is 00:00:02 (the default) but must be below ProxyGuard:Freshness:MaxLag, which is 00:00:01.",
                "ProxyGuard:Probe:Timeout is 00:00:01 but must be below ProxyGuard:Probe:Interval, which is 00:00:00.5 (the default).",
            ],
            (await Configured.FaultsAsync(json)).Select(fault => fault.ToString()));
    }

    [Fact]
    public async Task Heartbeat_table_two_primaries_and_a_source_node_are_read()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Heartbeat:Table", "percona.heartbeat_2$");
        json.Put("ProxyGuard:ReadOnly:AllowTwoPrimaries", true);
        json.Put("ProxyGuard:Nodes:archive", JsonNode.Parse("""{ "Connection": "Server=archive", "Role": "source" }"""));

        GuardRules rules = (await Configured.ReadAsync(json)).Rules;
        GuardRules sample = (await Configured.ReadAsync(Configured.Sample())).Rules;

        Assert.Equal(("percona.heartbeat_2$", true), (rules.Probe.HeartbeatTable, rules.ReadOnly.AllowTwoPrimaries));
        Assert.Equal(
            (NodeRole.Source, false),
            rules.Fleet.Nodes.Where(node => node.Name == "archive").Select(node => (node.Role, node.ServesReads)).Single());
        Assert.Equal((null, false), (sample.Probe.HeartbeatTable, sample.ReadOnly.AllowTwoPrimaries));
    }

    [Theory]
    [InlineData("ProxyGuard:Nodes:db2:Connection", "\"Server=db2;Password=a;hunter2=b\"")]
    [InlineData("ProxyGuard:Nodes:db2:Connection", "\"Server=db2;Password=a;hunter2\"")]
    [InlineData("ProxyGuard:Nodes:db2:Connection", "\"Password='hunter2\"")]
    [InlineData("ProxyGuard:Nodes:db2:Connection", "\"Password=hunter2\"")]
    [InlineData("ProxyGuard:Nodes:db2:Connection", "\"Server=db2;Port=hunter2\"")]
    [InlineData("ProxyGuard:Nodes:db2:Connection", "\"Server=db2;SslMode=hunter2\"")]
    [InlineData("ProxyGuard:Nodes:db2:Connection", "\"hunter2\"")]
    [InlineData("ProxyGuard:Nodes:db2:Role", "\"Server=db2;Password=hunter2\"")]
    [InlineData("ProxyGuard:Nodes:db2", "\"Server=db2;Password=hunter2\"")]
    [InlineData("ProxyGuard:Nodes", "\"hunter2\"")]
    [InlineData("ProxyGuard:Admin:Keys", "\"hunter2\"")]
    [InlineData("ProxyGuard:Admin:Keys:anna", "\"hunter2\"")]
    [InlineData("ProxyGuard:Admin:Key", "\"hunter2\"")]
    public async Task A_fault_message_never_contains_a_secret(string path, string value)
    {
        JsonObject json = Configured.Sample();
        json.Put(path, JsonNode.Parse(value));

        IReadOnlyList<ConfigurationError> faults = await Configured.FaultsAsync(json);

        Assert.NotEmpty(faults);
        Assert.All(faults, fault => Assert.DoesNotContain("hunter2", fault.ToString(), StringComparison.OrdinalIgnoreCase));
    }
}
