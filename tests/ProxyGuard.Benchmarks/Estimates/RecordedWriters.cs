using System.Globalization;
using System.Security.Cryptography;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Benchmarks.Estimates;

/// <summary>
/// Members of a photo site, as far as their statements go: each writes one after the other, at a pace that can be changed on the way.
/// </summary>
internal sealed class RecordedWriters : IAsyncDisposable
{
    public const string Schema = """
        CREATE TABLE photos.picture (id INT AUTO_INCREMENT PRIMARY KEY, member INT NOT NULL, likes INT NOT NULL DEFAULT 0, body MEDIUMTEXT NOT NULL, KEY (member)) ENGINE=InnoDB;
        CREATE TABLE photos.comment (id INT AUTO_INCREMENT PRIMARY KEY, picture INT NOT NULL, text VARCHAR(500) NOT NULL, KEY (picture)) ENGINE=InnoDB;
        CREATE TABLE photos.tally (member INT NOT NULL, likes INT NOT NULL) ENGINE=InnoDB;
        CREATE TABLE photos.archive (id INT AUTO_INCREMENT PRIMARY KEY, picture INT NOT NULL, text VARCHAR(500) NOT NULL) ENGINE=InnoDB;
        """;

    /// <summary>As fast as the primary takes them.</summary>
    public const int Unlimited = int.MaxValue;

    private const int Writers = 3;
    private const int Members = 1000;
    private const int KeylessRows = 3000;

    private readonly CancellationTokenSource _end = new();
    private readonly RecordedScenario _scenario;
    private readonly Task[] _writing;
    private volatile int _perSecond;
    private volatile bool _isSecondHalf;
    private volatile int _largestId = 1;

    private RecordedWriters(DatabaseNode primary, RecordedScenario scenario)
    {
        _scenario = scenario;
        _writing = [.. Enumerable.Range(1, Writers).Select(seed => Task.Run(() => WriteAsync(primary, seed)))];
    }

    /// <summary>Statements of each writer in a second; 0 is none, <see cref="Unlimited"/> as many as it can.</summary>
    public int PerSecond
    {
        get => _perSecond;
        set => _perSecond = value;
    }

    public bool IsSecondHalf
    {
        set => _isSecondHalf = value;
    }

    /// <summary>They write nothing until <see cref="PerSecond"/> is set.</summary>
    public static async Task<RecordedWriters> StartAsync(DatabaseNode primary, RecordedScenario scenario, CancellationToken stop)
    {
        foreach (string table in Schema.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
            await primary.ExecuteAsync(table, stop);
        string rows = string.Join(',', Enumerable.Range(0, KeylessRows).Select(row => $"({row % Members},0)"));
        await primary.ExecuteAsync($"INSERT INTO photos.tally VALUES {rows}", stop);
        return new RecordedWriters(primary, scenario);
    }

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        await Task.WhenAll(_writing);
        _end.Dispose();
    }

    private async Task WriteAsync(DatabaseNode primary, int seed)
    {
        var dice = new Random(seed);
        await using MySqlConnection connection = await primary.ConnectAsync();
        while (!_end.IsCancellationRequested)
        {
            int pace = _perSecond;
            if (pace == 0)
            {
                await Task.Delay(20);
                continue;
            }

            await using MySqlCommand command = connection.CreateCommand();
            command.CommandText = Statement(dice);
            await command.ExecuteNonQueryAsync();
            _largestId = Math.Max(_largestId, (int)command.LastInsertedId);
            if (pace != Unlimited)
                await Task.Delay(TimeSpan.FromSeconds(-Math.Log(1 - dice.NextDouble()) / pace));
        }
    }

    private string Statement(Random dice)
    {
        double kind = dice.NextDouble() * 100;
        if (kind < _scenario.SlowPercent)
            return Slow(dice);
        if (kind < _scenario.SlowPercent + _scenario.KeylessPercent)
            return Invariant(
                $"UPDATE photos.tally SET likes = likes + 1 WHERE member BETWEEN {dice.Next(Members)} AND {dice.Next(Members)} + 10 LIMIT 60");
        if (_scenario.ChangesInTheMiddle)
            return _isSecondHalf ? Small(dice) : Picture(dice);
        return dice.NextDouble() < 0.3 ? Picture(dice) : Small(dice);
    }

    private static string Picture(Random dice) =>
        Invariant(
            $"INSERT INTO photos.picture (member, body) VALUES ({dice.Next(Members)}, '{RandomNumberGenerator.GetHexString(dice.Next(500, 16_000))}')");

    private string Small(Random dice) => dice.Next(10) switch
    {
        < 6 =>
            Invariant(
                $"INSERT INTO photos.comment (picture, text) VALUES ({dice.Next(_largestId)}, '{RandomNumberGenerator.GetHexString(dice.Next(20, 400))}')"),
        < 9 => Invariant($"UPDATE photos.picture SET likes = likes + 1 WHERE id = {dice.Next(_largestId)}"),
        _ => Invariant($"DELETE FROM photos.comment WHERE id = {dice.Next(_largestId)}"),
    };

    private static string Slow(Random dice) => dice.Next(3) switch
    {
        0 =>
            Invariant(
                $"INSERT INTO photos.archive (picture, text) SELECT picture, text FROM photos.comment WHERE id % 5 = {dice.Next(5)} ORDER BY id LIMIT 20000"),
        1 => Invariant($"UPDATE photos.comment SET text = CONCAT(LEFT(text, 300), 'x') WHERE id % 4 = {dice.Next(4)}"),
        _ => Invariant($"UPDATE photos.archive SET picture = picture + 1 WHERE text LIKE '%{dice.Next(256):X2}%' LIMIT 20000"),
    };

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
