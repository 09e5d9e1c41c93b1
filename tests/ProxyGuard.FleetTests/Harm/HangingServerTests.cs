using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Harm;

/// <summary>Servers that take connections while their status statement hangs: ProxyGuard must not be what brings them down.</summary>
public sealed class HangingServerTests(FleetHome home, ITestOutputHelper output)
{
    private const int MostSessions = 2;
    private const int MostHandshakes = 1;
    private const string Finding = "status-statement-hangs";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(15);

    private static readonly (ServerKind Kind, Hang Hang)[] Cases =
    [
        (ServerKind.MariaDb1011, Hang.BinlogVolumeFull), (ServerKind.MariaDb1011, Hang.RelayLogVolumeFull),
        // Not MySQL 5.6 with a full binlog volume: there even a client that has nothing to do with us was once not let in, and why is not
        // known yet.
        (ServerKind.MySql56, Hang.RelayLogVolumeFull), (ServerKind.MySql56, Hang.StopWaits),
        // MySQL of today goes on answering when its relay log finds no room.
        (ServerKind.MySql97, Hang.BinlogVolumeFull),
    ];

    [Fact]
    public Task Servers_that_hang_for_twenty_seconds_get_at_most_two_sessions_from_ProxyGuard() => HangAsync(TimeSpan.FromSeconds(20));

    [Fact(Explicit = true)]
    public Task Servers_that_hang_for_ten_minutes_get_at_most_two_sessions_from_ProxyGuard() => HangAsync(TimeSpan.FromMinutes(10));

    /// <summary>All side by side: hanging costs no processor.</summary>
    private async Task HangAsync(TimeSpan time)
    {
        var servers = new List<HangingServer>();
        try
        {
            foreach ((ServerKind kind, Hang hang) in Cases.Where(one => one.Kind.IsInstalled))
                servers.Add(await HangingServer.StartAsync(home.DirectoryOrSkip(kind), kind, hang));
            string[] wrong = [.. (await Task.WhenAll(servers.Select(server => HangAsync(server, time)))).SelectMany(one => one)];
            Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        }
        finally
        {
            foreach (HangingServer server in servers)
                await server.DisposeAsync();
        }
    }

    /// <returns>What is wrong.</returns>
    private async Task<List<string>> HangAsync(HangingServer server, TimeSpan time)
    {
        await using SessionWatch watch = SessionWatch.On(server.Node, server.Site.Fleet.Accounts);
        var wrong = new List<string>();
        try
        {
            await server.HangAsync();
            IReadOnlyList<string> findings = [];
            await Eventually.HappensAsync(
                $"{server.Name} is told as what it is", Deadline, async () => (findings = await server.FindingsAsync()).Contains(Finding),
                () => string.Join(", ", findings));
            await Task.Delay(time);
            NodeSeen node = await server.Site.NodeAsync(server.Node);
            findings = await server.FindingsAsync();
            if (node.State != "silent" || !findings.Contains(Finding))
                wrong.Add($"{server.Name}: {node.State}, {string.Join(", ", findings)}");
            TimeSpan mended = await server.MendAsync();
            output.WriteLine($"{server.Name}: fresh {mended.TotalSeconds:0.0} s after it was mended");
        }
        catch (TimeoutException e)
        {
            wrong.Add($"{server.Name}: {e.Message}");
        }

        IReadOnlyList<SessionsSeen> seen = watch.Seen;
        output.WriteLine(
            $"{server.Name}: at most {seen.Max(one => one.Sessions)} sessions and {seen.Max(one => one.Handshakes)} handshakes in {seen.Count} looks, {seen.Count(one => one.Refused is not null)} logins refused");
        if (seen.Any(one => one.Sessions > MostSessions || one.Handshakes > MostHandshakes || one.Refused is not null))
            wrong.Add(
                $"{server.Name}: {seen.First(one => one.Sessions > MostSessions || one.Handshakes > MostHandshakes || one.Refused is not null)}");
        return wrong;
    }
}
