using System.Net;
using System.Text.Json;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Harm;

/// <summary>
/// Servers as they were installed: they ask for the names of those who connect, and after ten interrupted handshakes take no more from that
/// address. 127.0.0.1 is exempt, and all else here says <c>--skip-name-resolve</c>; so ProxyGuard comes from another address.
/// </summary>
public sealed class BlockedHostTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan FreshAfterThaw = TimeSpan.FromSeconds(5);
    private static readonly IPAddress GuardsAddress = IPAddress.Parse("127.0.0.7");

    public static TheoryData<string> Kinds =>
        [.. new[] { ServerKind.MariaDb1011, ServerKind.MySql56, ServerKind.MySql97 }.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public Task Servers_frozen_for_twenty_seconds_do_not_block_ProxyGuard(string kind) =>
        FreezeAsync(ServerKind.Named(kind), TimeSpan.FromSeconds(20));

    [Theory(Explicit = true)]
    [MemberData(nameof(Kinds))]
    public Task Servers_frozen_for_a_hundred_seconds_do_not_block_ProxyGuard(string kind) =>
        FreezeAsync(ServerKind.Named(kind), TimeSpan.FromSeconds(100));

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_server_that_blocks_ProxyGuard_is_reported_and_recovers_by_the_suggested_command(string kind)
    {
        await using OldFleet old = await OldFleet.StartAsync(home.DirectoryOrSkip(ServerKind.Named(kind)), ServerKind.Named(kind));
        DatabaseNode db2 = old.Site.Fleet.Nodes[1];
        await old.Site.KillGuardAsync();
        await BlockAsync(old.Relays["db2"].Port);
        await old.Site.StartGuardAsync();

        string diagnosis = "";
        await Eventually.HappensAsync(
            "the block is told", Deadline,
            async () => (diagnosis = await DiagnosisAsync(old.Site)).Contains("guard-host-blocked", StringComparison.Ordinal),
            () => diagnosis);

        // Until one of the others has answered, the version is anybody's guess.
        await Eventually.HappensAsync(
            "the others' version is known", Deadline,
            async () => CommandsIn(diagnosis = await DiagnosisAsync(old.Site), "unblock-guard").Length == 1, () => diagnosis);

        await db2.ExecuteAsync(CommandsIn(diagnosis, "unblock-guard")[0]);
        await FreshAsync(old.Site, db2);
    }

    /// <summary>
    /// Health checks of a TCP balancer, port scanners, clients that give up: some wait for the greeting, and none says who it is.
    /// </summary>
    [Theory]
    [InlineData("MySQL 5.6")]
    public async Task Read_port_clients_that_connect_and_leave_do_not_block_ProxyGuard(string kind)
    {
        await using OldFleet old = await OldFleet.StartAsync(
            home.DirectoryOrSkip(ServerKind.Named(kind)), ServerKind.Named(kind), withReadPort: true);

        await Parallel.ForAsync(0, 600, new ParallelOptions { MaxDegreeOfParallelism = 10 }, async (client, _) =>
        {
            using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
            await socket.ConnectAsync(IPAddress.Loopback, old.ReadPort);
            if (client % 2 == 0)
                await FirstPacketAsync(socket);
        });

        foreach (DatabaseNode node in old.Site.Fleet.Nodes)
            Assert.Null(await RefusalOfAsync(old.Relays[node.Name].Port));
        Assert.Null(await RefusalOfAsync(old.ReadPort));
        Assert.DoesNotContain("read-port-refused", await DiagnosisAsync(old.Site), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MariaDB 10.11")]
    public async Task A_server_that_answers_probes_but_blocks_new_connections_is_reported_as_refusing_the_read_port(string kind)
    {
        await using OldFleet old = await OldFleet.StartAsync(
            home.DirectoryOrSkip(ServerKind.Named(kind)), ServerKind.Named(kind), withReadPort: true);
        DatabaseNode db2 = old.Site.Fleet.Nodes[1];
        await BlockAsync(old.Relays["db2"].Port);

        string diagnosis = "";
        await Eventually.HappensAsync("the refusal is told", Deadline, async () =>
        {
            await RefusalOfAsync(old.ReadPort);
            return (diagnosis = await DiagnosisAsync(old.Site)).Contains("read-port-refused", StringComparison.Ordinal);
        }, () => diagnosis);
        // The probe's connection was there before.
        Assert.Equal("fresh", (await old.Site.NodeAsync(db2)).State);

        await db2.ExecuteAsync(CommandsIn(diagnosis, "unblock-guard")[0]);
        await Eventually.HappensAsync("it is told no more", Deadline, async () =>
            await RefusalOfAsync(old.ReadPort) is null
                && !(diagnosis = await DiagnosisAsync(old.Site)).Contains("read-port-refused", StringComparison.Ordinal), () => diagnosis);
    }

    private async Task FreezeAsync(ServerKind kind, TimeSpan time)
    {
        await using OldFleet old = await OldFleet.StartAsync(home.DirectoryOrSkip(kind), kind);
        // Heartbeats and examinations connect too.
        foreach (DatabaseNode node in old.Site.Fleet.Nodes)
            node.Freeze();
        await Task.Delay(time);
        foreach (DatabaseNode node in old.Site.Fleet.Nodes)
            node.Thaw();

        long thawed = TimeProvider.System.GetTimestamp();
        foreach (DatabaseNode node in old.Site.Fleet.Nodes)
            await FreshAsync(old.Site, node);
        TimeSpan fresh = TimeProvider.System.GetElapsedTime(thawed);
        output.WriteLine($"{kind}: frozen for {time.TotalSeconds} s, fresh {fresh.TotalSeconds:0.0} s after the thaw");
        Assert.InRange(fresh, TimeSpan.Zero, FreshAfterThaw);

        // Not only the session of before: a new one is taken as well.
        await old.Site.RestartGuardAsync();
        foreach (DatabaseNode node in old.Site.Fleet.Nodes)
            await FreshAsync(old.Site, node);
    }

    private static Task FreshAsync(GuardedFleet site, DatabaseNode node)
    {
        NodeSeen? seen = null;
        return Eventually.HappensAsync(
            $"{node.Name} is fresh", Deadline, async () => (seen = await site.NodeAsync(node)).State == "fresh", () => $"{seen}");
    }

    private static string[] CommandsIn(string diagnosis, string step) =>
    [
        .. JsonDocument.Parse(diagnosis).RootElement.GetProperty("checksPerformed").EnumerateArray()
            .SelectMany(check => check.GetProperty("detectedProblems").EnumerateArray())
            .SelectMany(problem => problem.GetProperty("solutions").EnumerateArray())
            .Where(solution => solution.GetProperty("id").GetString() == step).Take(1)
            .SelectMany(solution => solution.GetProperty("commands").EnumerateArray()).Select(command => command.GetString()!),
    ];

    private static Task<string> DiagnosisAsync(GuardedFleet site) =>
        site.Management.GetStringAsync(new Uri("/api/v1/diagnosis", UriKind.Relative));

    /// <summary>Until it says so: a server learns the address's name first, and counts then.</summary>
    private static Task BlockAsync(int port) =>
        // ER_HOST_IS_BLOCKED
        Eventually.HappensAsync("the server blocks the address", Deadline, async () => await RefusalOfAsync(port) == 1129);

    /// <summary>The number of the error that a server says instead of its greeting. Null for a greeting.</summary>
    private static async Task<int?> RefusalOfAsync(int port)
    {
        using var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return await FirstPacketAsync(socket) is { Length: > 7 } first && first[4] == 0xFF ? BitConverter.ToUInt16(first, 5) : null;
    }

    private static async Task<byte[]> FirstPacketAsync(System.Net.Sockets.Socket socket)
    {
        byte[] first = new byte[512];
        return first[..await socket.ReceiveAsync(first)];
    }

    /// <summary>A fleet whose servers ProxyGuard reaches from an address that they count interrupted handshakes of.</summary>
    private sealed class OldFleet(GuardedFleet site, IReadOnlyDictionary<string, Relay> relays) : IAsyncDisposable
    {
        public int ReadPort { get; } = LoopbackPorts.FindFree(1)[0];

        public GuardedFleet Site => site;

        public IReadOnlyDictionary<string, Relay> Relays => relays;

        public static async Task<OldFleet> StartAsync(string home, ServerKind kind, bool withReadPort = false)
        {
            GuardedFleet site = await GuardedFleet.StartAsync(
                home, new FleetSettings { Kind = kind, ResolvesNames = true, MoreServerArguments = ["--max-connect-errors=10"] },
                replicaCount: 1);
            var old = new OldFleet(
                site, site.Fleet.Nodes.ToDictionary(node => node.Name, node => Relay.Start(node.Port, from: GuardsAddress)));
            Account guard = site.Fleet.Accounts.Guard;
            await site.Fleet.Primary.ExecuteAsync(
                $"CREATE USER '{guard.Name}'@'{GuardsAddress}' IDENTIFIED BY '{guard.Password}'; GRANT {kind.Words.GuardGrants} ON *.* TO '{guard.Name}'@'{GuardsAddress}'");
            await site.Fleet.WaitUntilCaughtUpAsync(Deadline);
            site.Configuration =
                site.Configuration with
                {
                    Relays = old.Relays,
                    ReadPort = withReadPort ? $$"""{ "Listen": "tcp://127.0.0.1:{{old.ReadPort}}" }""" : "{}"
                };
            await site.RestartGuardAsync();
            foreach (DatabaseNode node in site.Fleet.Nodes)
                await FreshAsync(site, node);
            return old;
        }

        public async ValueTask DisposeAsync()
        {
            await site.DisposeAsync();
            foreach (Relay relay in relays.Values)
                await relay.DisposeAsync();
        }
    }
}
