using System.Text.Json.Nodes;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Tests.Conventions;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>Every option arrives where it is meant, and nothing else changes its place with it.</summary>
public sealed class OptionEffectTests
{
    // No two values of one kind are the same, so that options which were mixed up are seen.
    private static readonly (string Option, string Value, Func<GuardSettings, object?> Read, object Expected)[] Options =
    [
        ("Nodes:db2:Weight", "7", settings => settings.Rules.Fleet.Nodes[1].Weight, 7),
        ("Probe:Interval", "\"00:00:41\"", settings => settings.Rules.Probe.Interval, TimeSpan.FromSeconds(41)),
        ("Probe:Timeout", "\"00:00:40\"", settings => settings.Rules.Probe.Timeout, TimeSpan.FromSeconds(40)),
        ("Freshness:MaxLag", "\"00:00:43\"", settings => settings.Rules.Fleet.Freshness.MaxLag, TimeSpan.FromSeconds(43)),
        ("Freshness:ReturnBelow", "\"00:00:42\"", settings => settings.Rules.Fleet.Freshness.ReturnBelow, TimeSpan.FromSeconds(42)),
        ("Freshness:BehindAfter", "11", settings => settings.Rules.Fleet.Freshness.BehindAfter, 11),
        ("Freshness:FreshAfter", "12", settings => settings.Rules.Fleet.Freshness.FreshAfter, 12),
        ("ReadOnly:MinFreshReplicas", "2", settings => settings.Rules.ReadOnly.MinFreshReplicas, 2),
        ("ReadOnly:AllowTwoPrimaries", "true", settings => settings.Rules.ReadOnly.AllowTwoPrimaries, true),
        ("ReadOnly:EndWebSocketsAfter", "\"00:00:52\"", settings => settings.Rules.ReadOnly.EndWebSocketsAfter, TimeSpan.FromSeconds(52)),
        ("ReadOnly:EndWritesAfter", "\"00:00:53\"", settings => settings.Rules.ReadOnly.EndWritesAfter, TimeSpan.FromSeconds(53)),
        ("ReadOnly:ReopenAfter", "\"00:00:44\"", settings => settings.Rules.ReadOnly.ReopenAfter, TimeSpan.FromSeconds(44)),
        ("Reads:AllBehind", "\"read-from-primary\"", settings => settings.Rules.Reads.AllBehind, AllBehindPolicy.ReadFromPrimary),
        ("Reads:MaxPrimaryReads", "13", settings => settings.Rules.Reads.MaxPrimaryReads, 13),
        ("Reads:AboveLimit", "\"refuse\"", settings => settings.Rules.Reads.RefuseAboveLimit, true),
        ("Reads:ReadYourWrites", "false", settings => settings.Rules.Reads.ReadYourWrites, false),
        ("Reads:MarkSecret", "\"a secret of thirty-two letters!!\"", settings => settings.MarkSecret, "a secret of thirty-two letters!!"),
        ("Reads:RampUp", "\"00:00:45\"", settings => settings.Rules.Reads.RampUp, TimeSpan.FromSeconds(45)),
        ("Requests:DryRun", "true", settings => settings.Rules.Requests.IsDryRun, true),
        ("Limits:MaxConnections", "5001", settings => settings.Limits.MaxConnections, 5001),
        ("Limits:MaxConnectionsPerAddress", "5002", settings => settings.Limits.MaxConnectionsPerAddress, 5002),
        ("Limits:MaxRequestLineBytes", "5003", settings => settings.Limits.MaxRequestLineBytes, 5003),
        ("Limits:MaxHeaderBytes", "5004", settings => settings.Limits.MaxHeaderBytes, 5004),
        ("Limits:MaxHeaders", "505", settings => settings.Limits.MaxHeaders, 505),
        ("Limits:MaxBodyBytes", "5006", settings => settings.Limits.MaxBodyBytes, 5006),
        ("Limits:HeadersTimeout", "\"00:00:46\"", settings => settings.Limits.HeadersTimeout, TimeSpan.FromSeconds(46)),
        ("Limits:KeepAliveTimeout", "\"00:00:47\"", settings => settings.Limits.KeepAliveTimeout, TimeSpan.FromSeconds(47)),
        ("Limits:MinBytesPerSecond", "5007", settings => settings.Limits.MinBytesPerSecond, 5007),
        ("Limits:MinRateGracePeriod", "\"00:00:09\"", settings => settings.Limits.MinRateGracePeriod, TimeSpan.FromSeconds(9)),
        ("Proxies:BeginTraces", "true", settings => settings.BeginsTraces, true),
        ("Proxies:SendVia", "true", settings => settings.SendsVia, true),
        ("Limits:MaxStreamsPerConnection", "508", settings => settings.Limits.MaxStreamsPerConnection, 508),
        ("Limits:MaxEventStreams", "5009", settings => settings.Limits.MaxEventStreams, 5009),
        ("Limits:MaxKeptBytes", "5011", settings => settings.Limits.MaxKeptBytes, 5011),
        ("ReadPort:MaxConnections", "5010", settings => settings.ReadPort!.Rules.MaxConnections, 5010),
        ("ReadPort:DrainAfter", "\"00:00:48\"", settings => settings.ReadPort!.Rules.DrainAfter, TimeSpan.FromSeconds(48)),
        ("ReadPort:EndAfter", "\"00:00:49\"", settings => settings.ReadPort!.Rules.EndAfter, TimeSpan.FromSeconds(49)),
        ("Shutdown:PreStopDelay", "\"00:00:50\"", settings => settings.Shutdown.PreStopDelay, TimeSpan.FromSeconds(50)),
        ("Shutdown:DrainFor", "\"00:00:51\"", settings => settings.Shutdown.DrainFor, TimeSpan.FromSeconds(51)),
    ];

    // Names, addresses, lists and what is required: each has tests of what it does.
    private static readonly string[] ToldElsewhere =
    [
        "Admin:Hosts", "Admin:Keys:<name>", "Admin:Listen", "Heartbeat:Table", "Nodes:<name>:Accept", "Nodes:<name>:Connection",
        "Nodes:<name>:ConnectionFile", "Nodes:<name>:PasswordFile", "Reads:MarkSecretFile",
        "Nodes:<name>:Role", "Proxies:Trusted", "ReadPort:Listen",
        "Requests:Presets", "Requests:Rules:<n>:Form:<name>", "Requests:Rules:<n>:Is", "Requests:Rules:<n>:Method", "Requests:Rules:<n>:Path",
        "Requests:Rules:<n>:Query:<name>", "Site:Databases", "Site:Hosts", "Site:Languages", "Site:Name", "Site:Prefix", "State:Directory",
    ];

    /// <summary>Options and values, as JSON.</summary>
    public static TheoryData<string, string> All => new(Options.Select(option => (option.Option, option.Value)));

    internal static object? Read(string option, GuardSettings settings) => Of(option).Read(settings);

    internal static object? ExpectedOf(string option) => Of(option).Expected;

    private static (string Option, string Value, Func<GuardSettings, object?> Read, object Expected) Of(string option) =>
        Options.Single(one => one.Option == option);

    [Fact]
    public async Task Every_option_reaches_its_setting()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:ReadPort:Listen", "tcp://127.0.0.1:3310");
        foreach ((string option, string value, _, _) in Options)
            json.Put($"ProxyGuard:{option}", JsonNode.Parse(value));

        GuardSettings settings = await Configured.ReadAsync(json);

        Assert.All(Options, option => Assert.Equal((option.Option, option.Expected), (option.Option, option.Read(settings)!)));
    }

    [Fact]
    public async Task The_sites_databases_and_the_accepted_gaps_of_a_node_are_read()
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Site:Databases", JsonNode.Parse("""["photos", "forum"]"""));
        json.Put("ProxyGuard:Nodes:db2:Accept", JsonNode.Parse("""["skip-errors", "Log-Replica-Updates"]"""));

        GuardSettings settings = await Configured.ReadAsync(json);

        Assert.Equal(["photos", "forum"], settings.Rules.Fleet.Databases.Names);
        Assert.Equal([EvidenceGap.LogReplicaUpdates, EvidenceGap.SkipErrors], settings.Rules.Fleet.Nodes[1].Accepts.Order());
        Assert.Empty(settings.Rules.Fleet.Nodes[2].Accepts);
    }

    [Fact]
    public void Every_documented_option_has_a_test() => Assert.Equal(
        Documented.InReadme().Select(option => option.Path).Order(StringComparer.Ordinal),
        Options.Select(option => option.Option.Replace("db2", "<name>", StringComparison.Ordinal)).Concat(ToldElsewhere)
            .Order(StringComparer.Ordinal));

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    public async Task A_mark_secret_below_32_characters_is_rejected_without_being_repeated(int length, bool isEnough)
    {
        JsonObject json = Configured.Sample();
        json.Put("ProxyGuard:Reads:MarkSecret", new string('s', length));

        Assert.Equal(
            isEnough ? [] : ["ProxyGuard:Reads:MarkSecret has 31 characters but must have at least 32."],
            (await Configured.FaultsAsync(json)).Select(fault => fault.ToString()));
    }
}
