using System.Globalization;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.Estimates;

/// <summary>
/// Visitors of the replica, all at once or none: bursts of 5 to 40 seconds of queries that scan, with rests of 5 to 40 seconds between.
/// </summary>
internal sealed class RecordedReaders : IAsyncDisposable
{
    private readonly CancellationTokenSource _end = new();
    private readonly DatabaseNode _replica;
    private readonly Task[] _tasks;
    private volatile int _reading;

    private RecordedReaders(DatabaseNode replica, int most, double share)
    {
        _replica = replica;
        _tasks =
            [Task.Run(() => ComeAndGoAsync(most)), .. Enumerable.Range(0, most).Select(reader => Task.Run(() => ReadAsync(reader, share)))];
    }

    /// <param name="most">How many connections read at the most; each burst has one to so many.</param>
    /// <param name="share">Of a burst's time, what a reader spends on queries; the rest it waits.</param>
    public static RecordedReaders Start(DatabaseNode replica, int most, double share) => new(replica, most, share);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_tasks);
        _end.Dispose();
    }

    private async Task ComeAndGoAsync(int most)
    {
        var dice = new Random();
        while (await RestAsync(TimeSpan.FromSeconds(dice.Next(5, 41))))
        {
            _reading = dice.Next(1, most + 1);
            await RestAsync(TimeSpan.FromSeconds(dice.Next(5, 41)));
            _reading = 0;
        }
    }

    private async Task ReadAsync(int reader, double share)
    {
        var dice = new Random(reader);
        await using MySqlConnection connection = await _replica.ConnectAsync();
        while (!_end.IsCancellationRequested)
        {
            TimeSpan rest = TimeSpan.FromMilliseconds(50);
            if (reader < _reading)
            {
                long start = TimeProvider.System.GetTimestamp();
                await using MySqlCommand command = connection.CreateCommand();
                command.CommandText = Query(dice);
                await command.ExecuteScalarAsync();
                rest = TimeProvider.System.GetElapsedTime(start) * (1 - share) / share;
            }

            await RestAsync(rest);
        }
    }

    private static string Query(Random dice)
    {
        // The highest id is known to the query alone; a share of the way to it is as good.
        string from = string.Create(CultureInfo.InvariantCulture, $"{dice.NextDouble():0.000}");
        return dice.Next(3) switch
        {
            0 =>
                $"SELECT COUNT(*) FROM photos.comment, (SELECT MAX(id) * {from} AS low FROM photos.comment) ids WHERE id BETWEEN low AND low + 20000 AND text LIKE '%AB%'",
            1 =>
                $"SELECT COUNT(*) FROM photos.picture, (SELECT MAX(id) * {from} AS low FROM photos.picture) ids WHERE id BETWEEN low AND low + 3000 AND body LIKE '%ABCDE%'",
            _ =>
                $"SELECT MAX(likes) FROM (SELECT member, SUM(likes) AS likes FROM photos.picture WHERE member BETWEEN 1000 * {from} AND 1000 * {from} + 100 GROUP BY member) sums",
        };
    }

    private async Task<bool> RestAsync(TimeSpan rest)
    {
        await Task.Delay(rest, _end.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !_end.IsCancellationRequested;
    }
}
