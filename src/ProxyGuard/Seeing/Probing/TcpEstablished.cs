using System.Net.Sockets;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// Hears from the driver's log that a connection is established, which it reports nowhere else. Until then a dial may be broken off, and
/// the server has never heard of it; afterwards that would be an interrupted handshake, and of those a server takes
/// <c>max_connect_errors</c> before it blocks this machine. Before that it hears why an attempt failed, which the driver keeps to itself.
/// </summary>
internal sealed class TcpEstablished(Action isEstablished) : ILoggerFactory, ILogger
{
    // Of MySqlConnector's event 2126.
    private const string EventName = "ConnectedToIpAddress";

    private volatile bool _hasHappened;

    public bool HasHappened => _hasHappened;

    /// <summary>Of the last attempt that failed; null while none did.</summary>
    public SocketException? LastError { get; private set; }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // It listens, and logs nothing.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    // After the one event that counts nothing is worth putting into words.
    public bool IsEnabled(LogLevel logLevel) => !_hasHappened;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (exception?.GetBaseException() is SocketException error)
            LastError = error;
        if (eventId.Name != EventName || _hasHappened)
            return;
        _hasHappened = true;
        isEstablished();
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
