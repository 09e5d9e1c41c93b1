using MySqlConnector;

namespace ProxyGuard.Seeing.Probing;

/// <summary>How ProxyGuard connects to a node, whatever it asks there.</summary>
internal static class NodeConnection
{
    /// <param name="connection">The configured connection string.</param>
    /// <param name="handshake">How long a connection that is established waits for the handshake to end.</param>
    public static string StringFor(string connection, TimeSpan handshake) =>
        new MySqlConnectionStringBuilder(connection)
        {
            ApplicationName = "ProxyGuard",
            Pooling = false,
            ConnectionTimeout = (uint)Math.Ceiling(handshake.TotalSeconds),
            // Every caller has a deadline of its own, and what hangs is waited for (SessionLine): a driver that gives up closes its socket,
            // and the server goes on holding the session.
            DefaultCommandTimeout = 0,
            CancellationTimeout = -1,
            // In seconds; the driver asks every second then, and Linux gives up after nine times: ten seconds. What was sent is under
            // SessionSocket's limit.
            Keepalive = 1,
            AllowUserVariables = false,
            // Nothing is ever loaded from this machine's files.
            AllowLoadLocalInfile = false,
            // Switches are numbers, and a date that is none is no reason to fall silent.
            TreatTinyAsBoolean = false,
            ConvertZeroDateTime = true,
        }.ConnectionString;

    /// <summary>What the driver throws when a server, or the way to it, fails.</summary>
    public static bool IsFault(Exception e) =>
        e is MySqlException or InvalidOperationException or IOException or InvalidDataException or NotSupportedException or FormatException
            or OperationCanceledException or TimeoutException;
}
