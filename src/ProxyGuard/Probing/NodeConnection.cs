using MySqlConnector;

namespace ProxyGuard.Probing;

/// <summary>How ProxyGuard connects to a node, whatever it asks there.</summary>
internal static class NodeConnection
{
    /// <param name="connection">The configured connection string.</param>
    /// <param name="patience">The deadline that the caller keeps itself.</param>
    public static string StringFor(string connection, TimeSpan patience)
    {
        // In seconds, and always after the caller's own deadline: then the driver closes the socket that nobody waits for any more.
        uint later = (uint)Math.Ceiling(patience.TotalSeconds) + 1;
        return new MySqlConnectionStringBuilder(connection)
        {
            ApplicationName = "ProxyGuard",
            Pooling = false,
            ConnectionTimeout = later,
            DefaultCommandTimeout = later,
            // Asking a frozen server to kill its query would only wait longer.
            CancellationTimeout = -1,
            AllowUserVariables = false,
            // Nothing is ever loaded from this machine's files.
            AllowLoadLocalInfile = false,
            // Switches are numbers, and a date that is none is no reason to fall silent.
            TreatTinyAsBoolean = false,
            ConvertZeroDateTime = true,
        }.ConnectionString;
    }

    /// <summary>What the driver throws when a server, or the way to it, fails.</summary>
    public static bool IsFault(Exception e) =>
        e is MySqlException or InvalidOperationException or IOException or NotSupportedException or FormatException or OperationCanceledException or TimeoutException;

    /// <summary>Not waited for: a server that does not answer takes as long to say goodbye.</summary>
    public static async Task CloseAsync<T>(Task<T> opening)
        where T : IAsyncDisposable
    {
        try
        {
            T opened = await opening.ConfigureAwait(false);
            await opened.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsFault(e))
        {
            // Why it failed was the reading; here it only had to end.
        }
    }
}
