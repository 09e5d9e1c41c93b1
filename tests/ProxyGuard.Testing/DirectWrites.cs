using System.Globalization;
using System.Text;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Testing;

/// <summary>
/// Somebody with the root account writes to the primary, past ProxyGuard and the site: a cron job, an import, a colleague.
/// </summary>
internal static class DirectWrites
{
    private const int TransactionBytes = 2_000;
    private const int TransactionsPerCommand = 250;

    // Spelt out in each statement: the binlog would otherwise carry only the expression that makes it.
    private static readonly string Payload = new('x', TransactionBytes);

    /// <summary>Many small transactions, as a queue of members' writes has them; replicas take them one after the other.</summary>
    public static async Task WriteAsync(DatabaseNode primary, int bytes)
    {
        await using MySqlConnection root = await primary.ConnectAsync();
        await ExecuteAsync(
            root, "CREATE TABLE IF NOT EXISTS photos.direct_writes (id BIGINT AUTO_INCREMENT PRIMARY KEY, payload TEXT NOT NULL)");
        var command = new StringBuilder();
        for (int i = 0; i < TransactionsPerCommand; i++)
            command.Append(CultureInfo.InvariantCulture, $"INSERT INTO photos.direct_writes (payload) VALUES ('{Payload}');");
        string batch = command.ToString();
        for (int written = 0; written < bytes; written += TransactionsPerCommand * TransactionBytes)
            await ExecuteAsync(root, batch);
    }

    /// <summary>Small writes at a steady pace, until it is disposed of.</summary>
    public static async Task<IAsyncDisposable> KeepWritingAsync(DatabaseNode primary)
    {
        await primary.ExecuteAsync("CREATE TABLE IF NOT EXISTS photos.ticks (id BIGINT AUTO_INCREMENT PRIMARY KEY)");
        MySqlConnection root = await primary.ConnectAsync();
        return new OnConnection(
            root, new Rhythm(TimeSpan.FromMilliseconds(50), _ => ExecuteAsync(root, "INSERT INTO photos.ticks VALUES ()")));
    }

    private static async Task ExecuteAsync(MySqlConnection connection, string sql)
    {
        await using var command = new MySqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    private sealed class OnConnection(MySqlConnection connection, Rhythm rhythm) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await rhythm.DisposeAsync();
            await connection.DisposeAsync();
        }
    }
}
