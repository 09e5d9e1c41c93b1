using MySqlConnector;

namespace ProxyGuard.Demo.Site;

/// <summary>The site's tables and its first photos.</summary>
public static class PhotoSchema
{
    // The pictures stand apart: where rows are replicated, each like would otherwise carry its photo twice through the binlog.
    private const string Tables =
        """
        CREATE TABLE IF NOT EXISTS photos.photos (
            id BIGINT AUTO_INCREMENT PRIMARY KEY,
            title VARCHAR(120) NOT NULL,
            author VARCHAR(40) NOT NULL,
            added DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
            likes BIGINT NOT NULL DEFAULT 0,
            views BIGINT NOT NULL DEFAULT 0);
        CREATE TABLE IF NOT EXISTS photos.pictures (
            photo_id BIGINT PRIMARY KEY,
            media_type VARCHAR(40) NOT NULL,
            bytes MEDIUMBLOB NOT NULL);
        CREATE TABLE IF NOT EXISTS photos.comments (
            id BIGINT AUTO_INCREMENT PRIMARY KEY,
            photo_id BIGINT NOT NULL,
            author VARCHAR(40) NOT NULL,
            text VARCHAR(2000) NOT NULL,
            added DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3),
            KEY of_photo (photo_id, id));
        """;

    /// <summary>On the primary, with an account that may create tables. Does nothing where there are photos already.</summary>
    public static async Task SetUpAsync(MySqlConnection root, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(root);
        await using var tables = new MySqlCommand(Tables, root);
        await tables.ExecuteNonQueryAsync(stop);
        await using var count = new MySqlCommand("SELECT COUNT(*) FROM photos.photos", root);
        if (await count.ExecuteScalarAsync(stop) is not 0L)
            return;
        foreach (SeedPicture picture in SeedPicture.All)
        {
            await using var insert = new MySqlCommand(
                """
                INSERT INTO photos.photos (title, author, likes) VALUES (@title, @author, @likes);
                INSERT INTO photos.pictures VALUES (LAST_INSERT_ID(), 'image/svg+xml', @picture);
                """, root);
            insert.Parameters.AddWithValue("@title", picture.Title);
            insert.Parameters.AddWithValue("@author", picture.Author);
            insert.Parameters.AddWithValue("@likes", picture.Likes);
            insert.Parameters.AddWithValue("@picture", picture.Svg());
            await insert.ExecuteNonQueryAsync(stop);
        }
    }
}
