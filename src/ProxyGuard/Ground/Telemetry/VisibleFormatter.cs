using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace ProxyGuard.Ground.Telemetry;

/// <summary>
/// A formatter of .NET's own whose lines show the texts of others instead of letting them act (<see cref="VisibleText"/>): what a member has
/// named a photo must not end a line, nor move a cursor.
/// </summary>
internal sealed class VisibleFormatter(ConsoleFormatter inner) : ConsoleFormatter(inner.Name)
{
    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var visible = new LogEntry<string>(
            logEntry.LogLevel, logEntry.Category, logEntry.EventId, LogLines.TextOf(logEntry), exception: null,
            static (text, _) => text);
        inner.Write(visible, scopeProvider is null ? null : new VisibleScopes(scopeProvider), textWriter);
    }

    /// <summary>What is known of the request that a line is about: its path is a member's text too.</summary>
    private sealed class VisibleScopes(IExternalScopeProvider scopes) : IExternalScopeProvider
    {
        public void ForEachScope<TState>(Action<object?, TState> callback, TState state) =>
            scopes.ForEachScope((scope, given) => callback(VisibleText.Of(scope?.ToString() ?? ""), given), state);

        public IDisposable Push(object? state) => scopes.Push(state);
    }
}
