using System.Globalization;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Testing;

/// <summary>
/// The time of day, written to the primary every 50 ms and read on each node: an independent witness of how old a replica's data is.
/// </summary>
internal sealed class Heartbeat : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(50);

    private readonly MySqlConnection _writer;
    private readonly Dictionary<string, MySqlConnection> _readers = [];
    private readonly Rhythm _rhythm;

    private Heartbeat(MySqlConnection writer)
    {
        _writer = writer;
        _rhythm = new Rhythm(Pace, BeatAsync);
    }

    public static async Task<Heartbeat> StartAsync(ReplicationFleet fleet)
    {
        await fleet.Primary.ExecuteAsync(
            "CREATE TABLE photos.heartbeat (id INT PRIMARY KEY, at BIGINT NOT NULL); INSERT INTO photos.heartbeat VALUES (1, 0)");
        await fleet.WaitUntilCaughtUpAsync(TimeSpan.FromSeconds(10));
        var heartbeat = new Heartbeat(await fleet.Primary.ConnectAsync());
        foreach (DatabaseNode replica in fleet.Replicas)
            heartbeat._readers.Add(replica.Name, await replica.ConnectAsync());
        return heartbeat;
    }

    /// <summary>The newest beat that the replica shows.</summary>
    public async Task<DateTimeOffset> SeenOnAsync(string replica)
    {
        await using var command = new MySqlCommand("SELECT at FROM photos.heartbeat WHERE id = 1", _readers[replica]);
        object ticks = (await command.ExecuteScalarAsync())!;
        return new DateTimeOffset(Convert.ToInt64(ticks, CultureInfo.InvariantCulture), TimeSpan.Zero);
    }

    public async ValueTask DisposeAsync()
    {
        await _rhythm.DisposeAsync();
        await _writer.DisposeAsync();
        foreach (MySqlConnection reader in _readers.Values)
            await reader.DisposeAsync();
    }

    private async Task BeatAsync(CancellationToken stop)
    {
        await using var command = new MySqlCommand(
            $"UPDATE photos.heartbeat SET at = {DateTimeOffset.UtcNow.UtcTicks} WHERE id = 1", _writer);
        await command.ExecuteNonQueryAsync(CancellationToken.None);
    }
}
