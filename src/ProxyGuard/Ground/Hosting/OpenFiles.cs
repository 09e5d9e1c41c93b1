using System.Globalization;

namespace ProxyGuard.Ground.Hosting;

/// <summary>How many files and sockets this process may have open.</summary>
internal static class OpenFiles
{
    /// <summary>For the databases, the logs, the management listener and the program itself.</summary>
    private const int Reserve = 512;

    /// <summary>
    /// As many of these connections as there are files for: each may need a second one, to a web server. Some files are reserved, or
    /// operators could not look.
    /// </summary>
    public static int Affordable(int connections) =>
        Limit() is { } limit ? (int)Math.Clamp((limit - Reserve) / 2, 1, connections) : connections;

    /// <summary>
    /// Null when it is unknown or there is none. The runtime has raised it to what the system allows:
    /// https://man7.org/linux/man-pages/man5/proc_pid_limits.5.html
    /// </summary>
    private static long? Limit()
    {
        const string Limits = "/proc/self/limits";
        const string Line = "Max open files";
        if (!File.Exists(Limits)
            || File.ReadLines(Limits).FirstOrDefault(line => line.StartsWith(Line, StringComparison.Ordinal)) is not { } said)
            return null;
        string soft = said[Line.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
        return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
    }
}
