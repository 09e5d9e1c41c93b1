using MySqlConnector;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// Everything that one statement answers. For what is asked now and then; a tick's statements keep their columns (<see
/// cref="NodeSession"/>).
/// </summary>
internal static class StatusRows
{
    /// <param name="read">Makes one thing of each row.</param>
    /// <exception cref="MySqlException">The server refused, or is gone.</exception>
    public static async Task<List<T>> AskAsync<T>(this MySqlConnection node, string statement, Func<StatusRow, T> read)
    {
        using var command = new MySqlCommand(statement, node);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync(CancellationToken.None).ConfigureAwait(false);
        var columns = new StatusColumns(reader);
        var rows = new List<T>();
        while (await reader.ReadAsync(CancellationToken.None).ConfigureAwait(false))
            rows.Add(read(new StatusRow(reader, columns)));
        return rows;
    }
}
