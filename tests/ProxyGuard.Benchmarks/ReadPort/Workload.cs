using MySqlConnector;

namespace ProxyGuard.Benchmarks.ReadPort;

/// <summary>One thing that applications ask a replica for, again and again, on several connections at once.</summary>
/// <param name="IsPooled">Whether a connection is kept; else every query has one of its own, as PHP has it.</param>
internal sealed record Workload(string Name, string Sql, int Rows, bool IsPooled)
{
    private const int Connections = 16;
    private const int RowBytes = 1000;
    private const int ManyRows = 100;

    // A site of middling size: 400 photos with their comments, of which a page shows one photo's.
    private const int Photos = 400;
    private const int CommentsShown = 50;
    private const string CommentsOfAPhoto =
        "SELECT id, author, text, added FROM photos.bench_comments WHERE photo_id = 77 ORDER BY id LIMIT 50";

    /// <summary>What the queries need, to be run on the primary.</summary>
    public static string Table { get; } = $"""
        CREATE TABLE photos.bench (id INT PRIMARY KEY, body VARCHAR({RowBytes}) CHARACTER SET ascii NOT NULL);
        INSERT INTO photos.bench {Numbers(ManyRows)} SELECT n, REPEAT('x', {RowBytes}) FROM numbers;
        CREATE TABLE photos.bench_comments (
            id BIGINT AUTO_INCREMENT PRIMARY KEY, photo_id BIGINT NOT NULL, author VARCHAR(40) NOT NULL, text VARCHAR(2000) NOT NULL, added DATETIME(3) NOT NULL, KEY of_photo (photo_id, id));
        INSERT INTO photos.bench_comments (photo_id, author, text, added) {Numbers(Photos)}
            SELECT photo.n, CONCAT('member ', comment.n), REPEAT('What a picture! ', 1 + comment.n % 16), NOW(3)
            FROM numbers AS photo JOIN numbers AS comment ON comment.n <= {CommentsShown}
        """;

    public static IReadOnlyList<Workload> All { get; } =
    [
        new("SELECT 1", "SELECT 1", 1, IsPooled: true),
        new("1 KB row", "SELECT body FROM photos.bench WHERE id = 7", 1, IsPooled: true),
        new("100 KB result", "SELECT body FROM photos.bench", ManyRows, IsPooled: true),
        new("50 comments", CommentsOfAPhoto, CommentsShown, IsPooled: true),
        new("connection a query", "SELECT 1", 1, IsPooled: false),
        new("connection, comments", CommentsOfAPhoto, CommentsShown, IsPooled: false),
    ];

    private static string Numbers(int count) =>
        $"WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM numbers WHERE n < {count})";

    /// <returns>Queries a second. Every one of them was answered in full.</returns>
    public async Task<double> PerSecondAsync(string connection, TimeSpan howLong, CancellationToken stop)
    {
        var clients = new List<Task<long>>();
        long start = TimeProvider.System.GetTimestamp();
        for (int client = 0; client < Connections; client++)
            clients.Add(
                Task.Run(() => AskAsync(
                    $"{connection};Pooling=false;SslMode=None", () => TimeProvider.System.GetElapsedTime(start) < howLong, stop), stop));
        long queries = (await Task.WhenAll(clients)).Sum();
        return queries / TimeProvider.System.GetElapsedTime(start).TotalSeconds;
    }

    private async Task<long> AskAsync(string text, Func<bool> goesOn, CancellationToken stop)
    {
        long queries = 0;
        MySqlConnection? connection = null;
        for (; goesOn(); queries++)
        {
            if (connection is null)
            {
                connection = new MySqlConnection(text);
                await connection.OpenAsync(stop);
            }

            await AskOnceAsync(connection, stop);
            if (IsPooled)
                continue;
            await connection.DisposeAsync();
            connection = null;
        }

        await (connection?.DisposeAsync() ?? ValueTask.CompletedTask);
        return queries;
    }

    private async Task AskOnceAsync(MySqlConnection connection, CancellationToken stop)
    {
        await using MySqlCommand command = connection.CreateCommand();
        command.CommandText = Sql;
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(stop);
        int rows = 0;
        for (; await reader.ReadAsync(stop); rows++)
            _ = reader.GetValue(0);
        if (rows != Rows)
            throw new MeasuringException($"{Name}: {rows} rows instead of {Rows}");
    }
}
