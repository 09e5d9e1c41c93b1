namespace ProxyGuard.Core.Routing;

/// <summary>
/// How long a web server that failed is left out before it is tried again. That it takes a connection, or answers one question, proves
/// little: the system takes connections also for a process that hangs. So a web server that fails again without having answered a member
/// in between stays out twice as long.
/// </summary>
public static class ReactivationBackoff
{
    /// <summary>A web server that was restarted is back before a member notices.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(250);

    /// <summary>One that hangs costs one request's patience in that time.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);

    private const int Doublings = 5;

    /// <param name="failures">In a row, without an answer in between; at least 1.</param>
    public static TimeSpan After(int failures) => failures > Doublings + 1 ? Longest : Shortest * (1 << (failures - 1));
}
