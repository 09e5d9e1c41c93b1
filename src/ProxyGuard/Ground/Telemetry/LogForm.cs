using System.Globalization;
using Microsoft.Extensions.Logging.Console;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>
/// In which form log lines are written: as the configuration says (<c>Logging:Console:FormatterName</c>), else as fits where they go.
/// </summary>
internal static class LogForm
{
    /// <summary>What the configuration may name; the first is ours.</summary>
    public static IReadOnlyList<string> Names { get; } =
        [LogLines.FormatterName, ConsoleFormatterNames.Simple, ConsoleFormatterNames.Json, ConsoleFormatterNames.Systemd];

    /// <summary>The form of this process, when the configuration says nothing: the journal has a time and a priority of its own.</summary>
    public static string Default => IsJournal(Environment.GetEnvironmentVariable("JOURNAL_STREAM"), LinkOf("/proc/self/fd/1"))
        ? ConsoleFormatterNames.Systemd
        : LogLines.FormatterName;

    /// <summary>
    /// Whether the standard output is the journal's (https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html). The
    /// variable alone does not say so: it is inherited by what a service starts with its output elsewhere.
    /// </summary>
    /// <param name="stream">JOURNAL_STREAM: device and inode, such as "8:30213".</param>
    /// <param name="output">What the standard output is, such as "socket:[30213]".</param>
    public static bool IsJournal(string? stream, string? output) =>
        stream?.Split(':') is [_, var inode] && ulong.TryParse(inode, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        && output?.EndsWith($":[{inode}]", StringComparison.Ordinal) == true;

    private static string? LinkOf(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
