using System.Globalization;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Harm;

/// <summary>What one server holds of ProxyGuard's, as seen by clients that have nothing to do with it.</summary>
/// <param name="Sessions">Of ProxyGuard's account, logged in.</param>
/// <param name="Handshakes">Of anybody, not logged in yet.</param>
/// <param name="Refused">Why the site's account could not log in; null when it could.</param>
internal sealed record SessionsSeen(int Sessions, int Handshakes, string? Refused);

/// <summary>Counts every second, over new connections each time; both answer without a lock that a full disk or a STOP holds.</summary>
internal sealed class SessionWatch : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<SessionsSeen> _seen = [];
    private readonly Task _watching;

    private SessionWatch(DatabaseNode node, FleetAccounts accounts) => _watching = WatchAsync(node, accounts);

    public IReadOnlyList<SessionsSeen> Seen
    {
        get
        {
            lock (_seen)
                return [.. _seen];
        }
    }

    public static SessionWatch On(DatabaseNode node, FleetAccounts accounts) => new(node, accounts);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _watching;
        _stop.Dispose();
    }

    private async Task WatchAsync(DatabaseNode node, FleetAccounts accounts)
    {
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1));
        try
        {
            do
            {
                if (await LookAsync(node, accounts) is { } seen)
                {
                    lock (_seen)
                        _seen.Add(seen);
                }
            }
            while (await second.WaitForNextTickAsync(_stop.Token));
        }
        catch (OperationCanceledException)
        {
            // Enough was seen.
        }
    }

    /// <summary>Null when the server does not list its threads just now, though it lets clients in.</summary>
    private static async Task<SessionsSeen?> LookAsync(DatabaseNode node, FleetAccounts accounts)
    {
        string? refused = await RefusedAsync(node, accounts);
        IReadOnlyList<IReadOnlyDictionary<string, string?>> threads;
        try
        {
            threads = await node.QueryAsync("SHOW PROCESSLIST");
        }
        catch (MySqlException e) when (refused is null && e.ErrorCode == MySqlErrorCode.CommandTimeoutExpired)
        {
            return null;
        }

        return new SessionsSeen(
            threads.Count(thread => thread["User"] == accounts.Guard.Name),
            threads.Count(thread => thread["User"] is "unauthenticated user" or "connecting host"),
            refused);
    }

    private static async Task<string?> RefusedAsync(DatabaseNode node, FleetAccounts accounts)
    {
        try
        {
            await using var client = new MySqlConnection(
                $"{node.ConnectionString(accounts.App)};Pooling=false;Connection Timeout=10;Default Command Timeout=10");
            await client.OpenAsync();
            await using var command = new MySqlCommand("SELECT 1", client);
            return await command.ExecuteScalarAsync() is { } one && Convert.ToInt32(one, CultureInfo.InvariantCulture) == 1
                ? null
                : "no answer";
        }
        catch (MySqlException e)
        {
            return e.Message;
        }
    }
}
