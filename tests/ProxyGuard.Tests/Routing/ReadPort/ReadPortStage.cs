using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using ProxyGuard.Routing.ReadPort;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Routing.ReadPort;

/// <summary>A site whose replicas are fake servers, and clients of its read port.</summary>
internal static class ReadPortStage
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    /// <summary>What a client without encryption and compression logs in with.</summary>
    public static readonly byte[] Hello = [9, 0, 0, 1, 0x85, 0xA2, 0x1A, 0, 0, 0, 0, 1, 33];

    public static async Task<GuardedSite> StartAsync(FakeServer db2, FakeServer db3, string options = "{}", Action<JsonNode>? change = null)
    {
        GuardedSite site = await GuardedSite.StartWellAsync(json =>
        {
            JsonNode guard = json["ProxyGuard"]!;
            JsonNode port = JsonNode.Parse(options)!;
            port["Listen"] = "tcp://127.0.0.1:0";
            guard["ReadPort"] = port;
            guard["Nodes"]!["db2"]!["Connection"] = $"Server=127.0.0.1;Port={db2.Port};User ID=proxyguard";
            // Another spelling: a test may let one server stand for both, which a configuration must not.
            guard["Nodes"]!["db3"]!["Connection"] = $"Server=127.1;Port={db3.Port};User ID=proxyguard";
            change?.Invoke(json);
        });
        // What both come back from at the start is over.
        await site.TickAsync(1);
        return site;
    }

    public static async Task<Socket> ConnectAsync(GuardedSite site)
    {
        IPEndPoint endPoint = site.Service<ReadPortListener>().EndPoint;
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint);
        return socket;
    }

    public static async Task<Socket> LoggedInAsync(GuardedSite site, FakeServer server)
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (patience.Elapsed < Deadline)
        {
            Socket socket = await ConnectAsync(site);
            if ((await ReceiveAsync(socket, server.Greeting.Length)).AsSpan().SequenceEqual(server.Greeting))
            {
                await socket.SendAsync(Hello);
                await ReceiveAsync(socket, FakeServer.Ok.Length);
                return socket;
            }

            socket.Dispose();
        }

        throw new TimeoutException("no connection led to the wanted server");
    }

    // In steps, as time passes: the sweeps between them are what ends connections.
    public static async Task MoveAsync(GuardedSite site, int seconds)
    {
        for (int step = 0; step < seconds; step++)
            await site.TickAsync(2);
    }

    public static Task MoveUntilAsync(GuardedSite site, Task ends) => Eventually.HappensAsync("it ended", Deadline, async () =>
    {
        await site.TickAsync(1);
        return ends.IsCompleted;
    });

    public static async Task<byte[]> ReceiveAsync(Socket socket, int count)
    {
        byte[] bytes = new byte[count];
        using var patience = new CancellationTokenSource(Deadline);
        for (int got = 0; got < count;)
        {
            int more = await socket.ReceiveAsync(bytes.AsMemory(got), patience.Token);
            if (more == 0)
                return bytes[..got];
            got += more;
        }

        return bytes;
    }

    public static async Task<byte[]> UntilEndAsync(Socket socket)
    {
        var all = new MemoryStream();
        byte[] buffer = new byte[4096];
        using var patience = new CancellationTokenSource(Deadline * 3);
        try
        {
            while (await socket.ReceiveAsync(buffer, patience.Token) is > 0 and int count)
                all.Write(buffer, 0, count);
        }
        catch (SocketException)
        {
            // Reset is an end too.
        }

        return all.ToArray();
    }
}
