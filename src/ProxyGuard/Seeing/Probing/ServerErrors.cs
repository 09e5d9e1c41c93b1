using System.Globalization;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// What stopped a replication thread, under the number by which everybody knows it. MySQL 8 wraps it: errno 13114 with "Got fatal error
/// 1236 from source …" in the text, and a coordinator that stopped because of its workers names theirs there
/// (https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html).
/// </summary>
internal static partial class ServerErrors
{
    // ER_MTS_INCONSISTENT_DATA and ER_SLAVE_WORKER_STOPPED_PREVIOUS_THD_ERROR: another thread's fault.
    private const int CoordinatorStopped = 1756;
    private const int WorkerStopped = 3030;

    // What servers of MySQL 8 say in their own voice; those of clients and statements end far below.
    private const int FirstOfTheLog = 10_000;

    /// <summary>
    /// Null when there is no error: neither a number nor a text. Some errors have a text and the number 0. The text stays as the server
    /// wrote it.
    /// </summary>
    public static ReplicationError? Read(long? number, string? text) => (number ?? 0, text ?? "") switch
    {
        (0, "") => null,
        (var known, var said) => new ReplicationError(NumberOf(int.CreateSaturating(known), said), said),
    };

    private static int NumberOf(int number, string text)
    {
        if (number < FirstOfTheLog && number is not (CoordinatorStopped or WorkerStopped))
            return number;
        Match named = Named().Match(text);
        return named.Success && int.TryParse(named.ValueSpan(), CultureInfo.InvariantCulture, out int inner) && inner > 0 ? inner : number;
    }

    private static ReadOnlySpan<char> ValueSpan(this Match match) => match.Groups[match.Groups[1].Success ? 1 : 2].ValueSpan;

    // "Error_code: 1062" of MySQL 5.7 is "Error_code: MY-001062" since 8.0.
    [GeneratedRegex(@"\bfatal error (\d+) from|\bError_code: (?:MY-)?(\d+)", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Named();
}
