namespace ProxyGuard.Demo.Fleet;

/// <summary>A fleet could not be started, broken or mended as asked; the message is for its operator.</summary>
public sealed class FleetException : Exception
{
    public FleetException()
    {
    }

    public FleetException(string message)
        : base(message)
    {
    }

    public FleetException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
