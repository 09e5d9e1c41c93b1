using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;
using ProxyGuard.Routing.ReadPort;
using ProxyGuard.Testing;
using static ProxyGuard.Tests.Routing.ReadPort.ReadPortStage;

namespace ProxyGuard.Tests.Routing.ReadPort;

public sealed class ReadPortTests
{
    /// <summary>After a reload old connections may lead to a server that is none of the fleet's any more: nobody knows how late it is.</summary>
    [Fact]
    public void A_connection_to_a_node_that_was_removed_makes_what_comes_through_the_port_unknown()
    {
        var nodes = new ReadPortNodes();
        NodeRules[] rules = [.. Enumerable.Range(1, 3).Select(number => new NodeRules
        {
            Name = $"db{number}",
            Role = number == 1 ? NodeRole.Primary : NodeRole.Replica,
            Host = $"db{number}",
            Port = 3306,
            ServesReads = true,
        })];
        var freshness = new FreshnessRules { MaxLag = TimeSpan.FromSeconds(5), ReturnBelow = TimeSpan.FromSeconds(2), BehindAfter = 3, FreshAfter = 3 };
        ReadPortNode removed = nodes.TryAcquire(rules[2], most: 1)!;
        Assert.Null(nodes.TryAcquire(rules[2], most: 1));

        Assert.Equal(NodeSet.Of(2), nodes.Open(new FleetRules([.. rules], freshness)));
        Assert.Equal(NodeSet.Every, nodes.Open(new FleetRules([.. rules[..2]], freshness)));
        removed.Release();
        Assert.Equal(NodeSet.None, nodes.Open(new FleetRules([.. rules[..2]], freshness)));
    }

    [Fact]
    public async Task Connections_are_spread_over_fresh_replicas_and_their_bytes_pass_unchanged()
    {
        await using var db2 = new FakeServer("db2");
        await using var db3 = new FakeServer("db3");
        await using GuardedSite site = await StartAsync(db2, db3);
        var greetings = new List<string>();
        for (int client = 0; client < 4; client++)
        {
            using Socket socket = await ConnectAsync(site);
            greetings.Add(Encoding.ASCII.GetString(await ReceiveAsync(socket, db2.Greeting.Length)));
            byte[] said = new byte[100_000];
            new Random(client).NextBytes(said);
            Task<int> sending = socket.SendAsync(said);
            Assert.Equal(said, await ReceiveAsync(socket, said.Length));
            await sending;
        }

        Assert.Equal(
            (2, 2),
            (greetings.Count(one => one.EndsWith("db2", StringComparison.Ordinal)),
                greetings.Count(one => one.EndsWith("db3", StringComparison.Ordinal))));
    }

    [Fact]
    public async Task A_stopped_replica_gets_no_new_connections()
    {
        await using var db2 = new FakeServer("db2");
        await using var db3 = new FakeServer("db3");
        await using GuardedSite site = await StartAsync(db2, db3);
        site.Fleet["db2"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);

        for (int client = 0; client < 5; client++)
        {
            using Socket socket = await ConnectAsync(site);
            Assert.Equal(db3.Greeting, await ReceiveAsync(socket, db3.Greeting.Length));
        }

        Assert.Equal(0, db2.Accepted);
    }

    [Theory]
    [InlineData("refuses")]
    [InlineData("closes")]
    [InlineData("says an error")]
    public async Task A_replica_that_refuses_a_connection_is_skipped_transparently(string how)
    {
        await using FakeServer db2 = how switch
        {
            "closes" => new("db2", first: [], client => { client.Dispose(); return Task.CompletedTask; }),
            "says an error" => new("db2", first: FirstPacket.TooManyConnections.ToArray()),
            _ => new("db2"),
        };
        if (how == "refuses")
            await db2.DisposeAsync();
        await using var db3 = new FakeServer("db3");
        await using GuardedSite site = await StartAsync(db2, db3);
        for (int client = 0; client < 4; client++)
        {
            using Socket socket = await ConnectAsync(site);
            Assert.Equal(db3.Greeting, await ReceiveAsync(socket, db3.Greeting.Length));
        }

        Assert.Contains(
            "proxyguard_read_port_passed_over_total 2", await site.Management.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_replica_silent_for_two_seconds_is_skipped()
    {
        await using var db2 = new FakeServer("db2", first: []);
        await using var db3 = new FakeServer("db3");
        await using GuardedSite site = await StartAsync(db2, db3);
        // Nodes take turns: one of the two meets it first.
        using Socket one = await ConnectAsync(site);
        using Socket two = await ConnectAsync(site);
        Task<byte[][]> greeted = Task.WhenAll(ReceiveAsync(one, db3.Greeting.Length), ReceiveAsync(two, db3.Greeting.Length));
        await Eventually.HappensAsync("the silent one has a connection", Deadline, () => db2.Accepted == 1);
        // Its time began before it took the connection.
        site.Time.Advance(TimeSpan.FromSeconds(2));
        await greeted.WaitAsync(Deadline);

        Assert.All(await greeted, greeting => Assert.Equal(db3.Greeting, greeting));
    }

    [Fact]
    public async Task A_client_gets_a_MySQL_error_packet_if_no_replica_accepts()
    {
        await using var gone = new FakeServer("db2");
        await gone.DisposeAsync();
        await using GuardedSite site = await StartAsync(gone, gone);
        using Socket socket = await ConnectAsync(site);

        byte[] error = await UntilEndAsync(socket);

        Assert.Equal(FirstPacket.NobodyThere.ToArray(), error);
    }

    [Fact]
    public async Task A_client_gets_the_servers_error_unchanged_if_every_replica_sends_one()
    {
        byte[] blocked = [8, 0, 0, 0, 0xFF, 0x69, 0x04, .. "#HY00"u8];
        await using var full = new FakeServer("db2", first: blocked);
        await using GuardedSite site = await StartAsync(full, full);
        using Socket socket = await ConnectAsync(site);

        Assert.Equal(blocked, await UntilEndAsync(socket));
    }

    [Fact]
    public async Task Clients_above_the_connection_limit_get_Too_many_connections_until_one_leaves()
    {
        await using var db2 = new FakeServer("db2");
        await using GuardedSite site = await StartAsync(db2, db2, """{ "MaxConnections": 2 }""");
        using Socket first = await ConnectAsync(site);
        using Socket second = await ConnectAsync(site);
        await ReceiveAsync(first, db2.Greeting.Length);
        await ReceiveAsync(second, db2.Greeting.Length);

        using Socket third = await ConnectAsync(site);
        Assert.Equal(FirstPacket.TooManyConnections.ToArray(), await UntilEndAsync(third));

        first.Dispose();
        await Eventually.HappensAsync("room for another", Deadline, async () =>
        {
            using Socket next = await ConnectAsync(site);
            return (await ReceiveAsync(next, db2.Greeting.Length)).AsSpan().SequenceEqual(db2.Greeting);
        });
    }

    [Fact]
    public async Task A_client_that_half_closes_still_gets_the_reply()
    {
        await using var db2 = new FakeServer("db2", talk: async client =>
        {
            byte[] all = await UntilEndAsync(client);
            await client.SendAsync(all);
            client.Shutdown(SocketShutdown.Send);
        });
        await using GuardedSite site = await StartAsync(db2, db2);
        using Socket socket = await ConnectAsync(site);
        await ReceiveAsync(socket, db2.Greeting.Length);
        await socket.SendAsync("said before the end"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("said before the end"u8.ToArray(), await UntilEndAsync(socket));
    }

    [Fact]
    public async Task A_server_that_half_closes_still_receives_from_the_client()
    {
        var heard = new TaskCompletionSource<byte[]>();
        await using var db2 = new FakeServer("db2", talk: async client =>
        {
            client.Shutdown(SocketShutdown.Send);
            heard.SetResult(await UntilEndAsync(client));
        });
        await using GuardedSite site = await StartAsync(db2, db2);
        using Socket socket = await ConnectAsync(site);
        Assert.Equal(db2.Greeting, await UntilEndAsync(socket));
        await socket.SendAsync("said after the end"u8.ToArray());
        socket.Shutdown(SocketShutdown.Send);

        Assert.Equal("said after the end"u8.ToArray(), await heard.Task.WaitAsync(Deadline));
    }

    [Fact]
    public async Task Idle_connections_to_a_stopped_replica_end_at_the_first_deadline_busy_ones_at_the_second()
    {
        await using var db2 = new FakeServer("db2", talk: async client =>
        {
            await ReceiveAsync(client, Hello.Length);
            await client.SendAsync(FakeServer.Ok);
            await FakeServer.EchoAsync(client);
        });
        await using var db3 = new FakeServer("db3");
        await using GuardedSite site = await StartAsync(db2, db3);
        (Socket idle, Socket busy) = (await LoggedInAsync(site, db2), await LoggedInAsync(site, db2));
        await busy.SendAsync(new byte[] { 5, 0, 0, 0, 3 });
        await ReceiveAsync(busy, 5);

        site.Fleet["db2"].StopApplying();
        await site.TickAsync(2, bytesWritten: 100);
        Task<byte[]> idleEnds = UntilEndAsync(idle);
        Task<byte[]> busyEnds = UntilEndAsync(busy);
        await MoveAsync(site, seconds: 27);
        Assert.False(idleEnds.IsCompleted);

        await MoveUntilAsync(site, idleEnds);
        Assert.False(busyEnds.IsCompleted);
        await MoveAsync(site, seconds: 240);
        Assert.False(busyEnds.IsCompleted);
        await MoveUntilAsync(site, busyEnds);
        idle.Dispose();
        busy.Dispose();
    }

    [Fact]
    public async Task A_client_that_does_not_read_exerts_backpressure_on_the_server()
    {
        const int Most = 256 * 1024 * 1024;
        byte[] piece = new byte[64 * 1024];
        var waits = new TaskCompletionSource<int>();
        await using var db2 = new FakeServer("db2", talk: async server =>
        {
            for (int sent = 0; sent < Most; sent += piece.Length)
            {
                Task<int> sending = server.SendAsync(piece);
                // What the system holds for us is full long before; a machine that is busy may be as slow for a moment.
                if (await Task.WhenAny(sending, Task.Delay(TimeSpan.FromSeconds(2))) != sending)
                    waits.TrySetResult(sent);
                await sending;
            }

            waits.TrySetResult(Most);
        });
        await using GuardedSite site = await StartAsync(db2, db2);
        using Socket socket = await ConnectAsync(site);

        Assert.InRange(await waits.Task.WaitAsync(Deadline * 3), 0, 64 * 1024 * 1024);
    }

    [Fact]
    public async Task Pages_come_from_the_primarys_upstream_while_a_read_port_connection_leads_to_a_stopped_replica()
    {
        await using var db2 = new FakeServer("db2");
        await using var db3 = new FakeServer("db3");
        await using GuardedSite site = await StartAsync(db2, db3, change: json =>
        {
            foreach (string name in (string[])["web2", "web3"])
                json["ReverseProxy"]!["Clusters"]!["site"]!["Destinations"]![name]!["Metadata"] = new JsonObject { ["ReadsVia"] = "ReadPort" };
        });
        using (Socket one = await ConnectAsync(site))
        using (Socket other = await ConnectAsync(site))
        {
            await ReceiveAsync(one, db2.Greeting.Length);
            await ReceiveAsync(other, db2.Greeting.Length);
            Assert.DoesNotContain("<body>web1", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);

            site.Fleet["db2"].StopApplying();
            await site.TickAsync(2, bytesWritten: 100);
            Assert.Contains("<body>web1", await site.Http.GetStringAsync("/"), StringComparison.Ordinal);
        }

        await Eventually.HappensAsync("the old connections are gone", Deadline, async () =>
        {
            await site.TickAsync();
            return !(await site.Http.GetStringAsync("/")).Contains("<body>web1", StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Open_connections_are_counted_per_node()
    {
        await using var db2 = new FakeServer("db2");
        await using GuardedSite site = await StartAsync(db2, db2);
        ReadPortNodes nodes = site.Service<ReadPortNodes>();
        Assert.True(nodes.Open(site.View.Fleet.Rules).IsEmpty);
        using Socket one = await ConnectAsync(site);
        await ReceiveAsync(one, db2.Greeting.Length);

        Assert.Single([1, 2], nodes.Open(site.View.Fleet.Rules).Contains);
        Assert.Equal(1, nodes.Met.Sum(node => node.Open));
        Assert.Contains(
            "\"} 1\n", Line(await site.Management.GetStringAsync("/metrics"), "proxyguard_read_port_connections{"),
            StringComparison.Ordinal);

        one.Dispose();
        await Eventually.HappensAsync("no connection is left", Deadline, () => nodes.Open(site.View.Fleet.Rules).IsEmpty);
    }

    [Fact]
    public async Task Shutdown_closes_read_port_connections()
    {
        await using var db2 = new FakeServer("db2");
        GuardedSite site = await StartAsync(db2, db2);
        using Socket socket = await ConnectAsync(site);
        await ReceiveAsync(socket, db2.Greeting.Length);
        Task<byte[]> ends = UntilEndAsync(socket);

        await site.DisposeAsync();

        Assert.Empty(await ends.WaitAsync(Deadline));
    }

    private static string Line(string text, string start) =>
        string.Concat(text.Split('\n').Where(line => line.StartsWith(start, StringComparison.Ordinal)).Select(line => line + "\n"));
}
