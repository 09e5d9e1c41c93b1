using System.Globalization;
using MySqlConnector;

namespace ProxyGuard.WebNode;

/// <summary>The table photos.entries: one token a row.</summary>
internal sealed class Entries(WebNodeSettings settings)
{
    public async Task WriteAsync(string token)
    {
        await using var connection = new MySqlConnection(settings.Writes);
        await connection.OpenAsync();
        await using var insert = new MySqlCommand(
            "INSERT INTO photos.entries (token) VALUES (@token)", connection)
        { Parameters = { new("@token", token) } };
        await insert.ExecuteNonQueryAsync();
    }

    /// <summary>Which server answered, by its server_id, and whether it has that token.</summary>
    /// <param name="readFrom">The header's value, such as <c>db2 127.0.0.1:3306</c>; null when there is none.</param>
    public async Task<(long Server, bool IsThere)> LookAsync(string token, string? readFrom)
    {
        await using var connection = new MySqlConnection(settings.FollowsHeader ? At(readFrom) : settings.Reads);
        await connection.OpenAsync();
        await using var select = new MySqlCommand(
            "SELECT @@server_id, COUNT(*) FROM photos.entries WHERE token = @token", connection)
        { Parameters = { new("@token", token) } };
        await using MySqlDataReader row = await select.ExecuteReaderAsync();
        await row.ReadAsync();
        return (Convert.ToInt64(row.GetValue(0), CultureInfo.InvariantCulture), row.GetInt64(1) > 0);
    }

    private string At(string? readFrom)
    {
        string address = readFrom?.Split(' ')[1] ?? throw new InvalidOperationException("nobody said where to read from");
        int colon = address.LastIndexOf(':');
        return new MySqlConnectionStringBuilder(settings.Reads)
        {
            Server = address[..colon],
            Port = uint.Parse(address.AsSpan(colon + 1), CultureInfo.InvariantCulture),
        }.ConnectionString;
    }
}
