namespace ProxyGuard.Commands;

/// <summary>What a command ends with; documented in config/README.md, for service managers and scripts.</summary>
internal static class ExitCode
{
    public const int Well = 0;

    /// <summary>Of <c>run</c>: it cannot start now, and may later. Of <c>check</c>: something is wrong.</summary>
    public const int Failed = 1;

    /// <summary>
    /// EX_CONFIG of sysexits.h: the configuration is wrong, so that trying again is no use
    /// (https://man.freebsd.org/cgi/man.cgi?query=sysexits).
    /// </summary>
    public const int Configuration = 78;
}
