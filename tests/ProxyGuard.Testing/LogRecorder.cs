using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace ProxyGuard.Testing;

/// <summary>Keeps what is logged, from the moment on at which it is added to a site's loggers.</summary>
internal sealed class LogRecorder : ILoggerProvider, ILogger
{
    /// <summary>In the order in which they came.</summary>
    public ConcurrentQueue<(int Id, string Text)> Lines { get; } = new();

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Lines.Enqueue((eventId.Id, formatter(state, exception)));

    public void Dispose()
    {
    }
}
