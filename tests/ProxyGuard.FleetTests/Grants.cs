using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests;

internal static class Grants
{
    extension(ReplicationFleet fleet)
    {
        /// <summary>The account that ProxyGuard reads with sees the threads of others on the primary.</summary>
        public async Task GrantProcessToGuardAsync()
        {
            var accounts = await fleet.Primary.QueryAsync(
                $"SELECT CONCAT(QUOTE(User), '@', QUOTE(Host)) AS account FROM mysql.user WHERE User = '{fleet.Accounts.Guard.Name}'");
            foreach (var row in accounts)
                await fleet.Primary.ExecuteAsync($"GRANT PROCESS ON *.* TO {row["account"]}");
        }
    }
}
