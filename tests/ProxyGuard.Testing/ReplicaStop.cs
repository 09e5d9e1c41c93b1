using MySqlConnector;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Testing;

/// <summary>Asks a replica itself, every few milliseconds, whether it still applies.</summary>
internal static class ReplicaStop
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(3);

    /// <summary>The moment at which the replica first said that its SQL thread has stopped; a few milliseconds after it did.</summary>
    public static async Task<DateTimeOffset> OfAsync(DatabaseNode replica, CancellationToken giveUp)
    {
        await using MySqlConnection root = await replica.ConnectAsync(giveUp);
        while (await IsApplyingAsync(root, replica.Kind.Words, giveUp))
            await Task.Delay(Pace, giveUp);
        return DateTimeOffset.UtcNow;
    }

    private static async Task<bool> IsApplyingAsync(MySqlConnection root, ServerWords words, CancellationToken giveUp)
    {
        await using var command = new MySqlCommand(words.Status, root);
        await using MySqlDataReader row = await command.ExecuteReaderAsync(giveUp);
        return await row.ReadAsync(giveUp) && row.GetString($"{words.Replica}_SQL_Running") == "Yes";
    }
}
