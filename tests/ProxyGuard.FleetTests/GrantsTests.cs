using System.Net;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>What the account that asks the nodes may do, and what becomes of the site when that is not enough.</summary>
[Collection(nameof(SharesTheQuietFleet))]
public sealed class GrantsTests(QuietFleet fleet, ITestOutputHelper output)
{
    private const string Password = "a0b1c2d3e4f5";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task The_account_of_the_grants_file_has_sufficient_privileges()
    {
        GuardedFleet site = await fleet.StartAsync();

        (int exitCode, string said) = await GuardProcess.RunToEndAsync("check", "--config", site.ConfigurationFile);

        output.WriteLine(said);
        Assert.Equal(0, exitCode);
        Assert.DoesNotContain("FAIL", said, StringComparison.Ordinal);
    }

    // Since MariaDB 10.5.9 REPLICATION CLIENT is BINLOG MONITOR and no longer shows a replica's state.
    [Theory]
    [InlineData("client_only", "GRANT REPLICATION CLIENT ON *.* TO", Password, "SLAVE MONITOR", "PermissionDenied")]
    [InlineData("monitor_only", "GRANT SLAVE MONITOR ON *.* TO", Password, "BINLOG MONITOR", "PermissionDenied")]
    [InlineData("nothing_at_all", "GRANT USAGE ON *.* TO", Password, "SLAVE MONITOR", "PermissionDenied")]
    [InlineData("wrong_password", "GRANT BINLOG MONITOR, SLAVE MONITOR ON *.* TO", "not-the-password", "Access denied",
    "AuthenticationFailed")]
    public async Task An_account_with_missing_privileges_is_reported_by_check_and_never_opens_the_site(
        string name, string grant, string password, string said, string failure)
    {
        GuardedFleet site = await fleet.StartAsync();
        await site.Fleet.Primary.ExecuteAsync(
            $"CREATE OR REPLACE USER '{name}'@'127.0.0.1' IDENTIFIED BY '{Password}'; {grant} '{name}'@'127.0.0.1'");
        await site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        await site.KillGuardAsync();
        site.Configuration = site.Configuration with { Account = new Account(name, password) };
        await site.StartGuardAsync();

        (int exitCode, string check) = await GuardProcess.RunToEndAsync("check", "--config", site.ConfigurationFile);
        output.WriteLine(check);
        await using var members = Members.Visit(site.Http);
        await Eventually.HappensAsync(
            "all nodes are silent", Deadline,
            async () => NodeSeen.AllIn(await site.FleetReportAsync()).All(node => node.State == "silent"));
        await Eventually.HappensAsync("a hundred writes are tried", Deadline, () => members.Writes.Count >= 100);
        IReadOnlyList<NodeSeen> nodes = NodeSeen.AllIn(await site.FleetReportAsync());
        await members.LeaveAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains(said, check, StringComparison.Ordinal);
        Assert.DoesNotContain(password, check, StringComparison.Ordinal);
        Every.One(nodes, node => node.Why!.Contains(failure, StringComparison.Ordinal));
        Every.One(members.Writes, write => write is { Status: HttpStatusCode.ServiceUnavailable, Mode: "read-only" });
        Every.One(members.Pages, page => page.Mode == "read-only");
        Every.One(members.Statuses, status => status.Mode == "read-only");
    }
}
