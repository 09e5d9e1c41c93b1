using System.Net.Sockets;
using MySqlConnector;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// There is no session, because there is no connection or nothing on it that MySQL would say; in a sentence that tells a name that is
/// unknown from a port that is refused, from silence. The driver has one for all of them.
/// </summary>
internal sealed class DialException(ProbeFailure failure, string message, Exception? inner) : IOException(message, inner)
{
    public ProbeFailure Failure { get; } = failure;

    /// <param name="established">Whether there was a connection, on which the handshake failed.</param>
    /// <param name="socketError">What the system said of the last attempt; null when it said nothing.</param>
    public static DialException Of(MySqlConnectionStringBuilder to, bool established, SocketException? socketError, Exception inner) =>
        established ? new(ProbeFailure.NoGreeting, Closed(to), inner) : new(ProbeFailure.Unreachable, Sentence(to, socketError), inner);

    /// <summary>No answer of any kind to the attempt to connect.</summary>
    public static DialException OfSilence(MySqlConnectionStringBuilder to, TimeSpan waited, Exception? inner) =>
        new(ProbeFailure.TimedOut, Silence(to, waited), inner);

    public static string Silence(MySqlConnectionStringBuilder to, TimeSpan waited) =>
        $"no answer of {to.Server} to a connection to port {to.Port} within {waited.TotalSeconds:0.#} s: a firewall drops it, or the machine is down";

    /// <summary>A connection, and no greeting: of these servers the greeting is the first word.</summary>
    public static string NoGreeting(MySqlConnectionStringBuilder to) =>
        $"port {to.Port} of {to.Server} takes connections and does not greet as MySQL and MariaDB do: is it the port of a database server? One that is frozen is as silent";

    private static string Closed(MySqlConnectionStringBuilder to) =>
        $"port {to.Port} of {to.Server} closes connections without a greeting: is it the port of a database server?";

    private static string Sentence(MySqlConnectionStringBuilder to, SocketException? error) => error?.SocketErrorCode switch
    {
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain or SocketError.NoRecovery =>
            $"the name {to.Server} is not known here: is it spelt right, and does this machine's DNS have it (getent hosts {to.Server})?",
        SocketError.ConnectionRefused =>
            $"port {to.Port} of {to.Server} is refused: nothing listens there. Does the server run, and is that its port and its address (port, bind_address)?",
        SocketError.TimedOut => Silence(to, TimeSpan.FromSeconds(to.ConnectionTimeout)),
        _ => $"there is no way to port {to.Port} of {to.Server} from here{(error is null ? "" : $": {error.Message}")}",
    };
}
