using MySqlConnector;

namespace ProxyGuard.Demo.Site;

/// <summary>
/// What one web node reads from its database and writes to the primary; the old kind of application, with nothing in between.
/// </summary>
internal sealed class PhotoStore(SiteDatabase readFrom, SiteDatabase writeTo)
{
    private const string PhotoColumns =
        "p.id, p.title, p.author, p.added, p.likes, (SELECT COUNT(*) FROM comments c WHERE c.photo_id = p.id) FROM photos p";

    private readonly string _reads = WithLimits(readFrom);
    private readonly string _writes = WithLimits(writeTo);

    public Task<List<Photo>> NewestAsync(CancellationToken stop) =>
        ReadAsync($"SELECT {PhotoColumns} ORDER BY p.id DESC LIMIT 60", [], ToPhoto, stop);

    // LOCATE rather than LIKE: a % that a member types is a %.
    public Task<List<Photo>> SearchAsync(string words, CancellationToken stop) => ReadAsync(
        $"SELECT {PhotoColumns} WHERE LOCATE(@words, p.title) OR LOCATE(@words, p.author) ORDER BY p.id DESC LIMIT 60",
        [new("@words", words)],
        ToPhoto,
        stop);

    public async Task<Photo?> PhotoAsync(long id, CancellationToken stop) =>
        (await ReadAsync($"SELECT {PhotoColumns} WHERE p.id = @id", [new("@id", id)], ToPhoto, stop)).FirstOrDefault();

    /// <summary>The newest fifty, oldest of them first.</summary>
    public async Task<List<Comment>> CommentsAsync(long photo, CancellationToken stop)
    {
        List<Comment> comments = await ReadAsync(
            "SELECT id, author, text, added FROM comments WHERE photo_id = @id ORDER BY id DESC LIMIT 50",
            [new("@id", photo)],
            row => new Comment(row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetDateTime(3)),
            stop);
        comments.Reverse();
        return comments;
    }

    public async Task<Picture?> PictureAsync(long id, CancellationToken stop) => (await ReadAsync(
        "SELECT media_type, bytes FROM pictures WHERE photo_id = @id",
        [new("@id", id)],
        row => new Picture(row.GetString(0), (byte[])row.GetValue(1)),
        stop)).FirstOrDefault();

    public Task<long> AddCommentAsync(long photo, string author, string text, CancellationToken stop) => WriteAsync(
        "INSERT INTO comments (photo_id, author, text) VALUES (@photo, @author, @text); SELECT LAST_INSERT_ID()",
        [new("@photo", photo), new("@author", author), new("@text", text)],
        stop);

    public Task<long> AddPhotoAsync(string title, string author, Picture picture, CancellationToken stop) => WriteAsync(
        """
        START TRANSACTION;
        INSERT INTO photos (title, author) VALUES (@title, @author);
        INSERT INTO pictures VALUES (LAST_INSERT_ID(), @type, @bytes);
        COMMIT;
        SELECT LAST_INSERT_ID();
        """,
        [new("@title", title), new("@author", author), new("@type", picture.MediaType), new("@bytes", picture.Bytes)],
        stop);

    /// <summary>The number of likes now, as the primary knows it.</summary>
    public Task<long> LikeAsync(long photo, CancellationToken stop) => WriteAsync(
        "UPDATE photos SET likes = likes + 1 WHERE id = @id; SELECT COALESCE(MAX(likes), 0) FROM photos WHERE id = @id",
        [new("@id", photo)],
        stop);

    public Task<long> CountViewAsync(long photo, CancellationToken stop) => WriteAsync(
        "UPDATE photos SET views = views + 1 WHERE id = @id; SELECT 0", [new("@id", photo)], stop);

    // A server that is away must become an error page soon, not a page that never comes.
    private static string WithLimits(SiteDatabase database) => new MySqlConnectionStringBuilder(database.ConnectionString)
    {
        ConnectionTimeout = 2,
        DefaultCommandTimeout = 4,
        CancellationTimeout = 1,
        // A backup's lock makes every member's post wait for one.
        MaximumPoolSize = 60,
    }.ConnectionString;

    private static Photo ToPhoto(MySqlDataReader row) =>
        new(
            row.GetInt64(0), row.GetString(1), row.GetString(2),
            row.GetDateTime(3))
        { Likes = row.GetInt64(4), Comments = row.GetInt64(5) };

    private async Task<List<T>> ReadAsync<T>(string sql, MySqlParameter[] parameters, Func<MySqlDataReader, T> read, CancellationToken stop)
    {
        await using var connection = new MySqlConnection(_reads);
        await connection.OpenAsync(stop);
        await using var command = new MySqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(stop);
        var rows = new List<T>();
        while (await reader.ReadAsync(stop))
            rows.Add(read(reader));
        return rows;
    }

    private async Task<long> WriteAsync(string sql, MySqlParameter[] parameters, CancellationToken stop)
    {
        await using var connection = new MySqlConnection(_writes);
        await connection.OpenAsync(stop);
        await using var command = new MySqlCommand(sql, connection);
        command.Parameters.AddRange(parameters);
        object? answer = await command.ExecuteScalarAsync(stop);
        return Convert.ToInt64(answer, System.Globalization.CultureInfo.InvariantCulture);
    }
}
