using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>One line for each log event, whatever is in it: what a member has named a photo must not look like a line of ours, nor act on
/// the terminal that shows it.</summary>
internal sealed class LogLines() : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "proxyguard";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        textWriter.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{DateTime.UtcNow:yyyy-MM-dd'T'HH:mm:ss.fff'Z'} {NameOf(logEntry.LogLevel)}: {logEntry.Category}[{logEntry.EventId.Id}] {TextOf(logEntry)}"));
    }

    /// <summary>What a line says, the exception included, on one line.</summary>
    public static string TextOf<TState>(in LogEntry<TState> logEntry)
    {
        string said = logEntry.Formatter(logEntry.State, logEntry.Exception);
        return VisibleText.Of(logEntry.Exception is { } error ? $"{said} {error.ToString().ReplaceLineEndings(" ")}" : said);
    }

    // As the formatters of .NET have them.
    private static string NameOf(LogLevel level) => level switch
    {
        LogLevel.Trace => "trce",
        LogLevel.Debug => "dbug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        LogLevel.Error => "fail",
        LogLevel.Critical => "crit",
        LogLevel.None or _ => throw new System.Diagnostics.UnreachableException($"level {level}"),
    };
}
