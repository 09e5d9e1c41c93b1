namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Whether .NET itself is old. What faces strangers here is its web server, and its holes are mended by the runtime's servicing releases,
/// not by ours: https://github.com/dotnet/core/blob/main/release-notes/10.0/README.md
/// </summary>
internal static class RuntimeLevel
{
    /// <summary>
    /// It mends CVE-2026-96236, CVE-2026-70188 and CVE-2026-88092; to be raised with each servicing release that mends what a stranger can
    /// reach.
    /// </summary>
    public static readonly Version Wanted = new(10, 0, 13);

    /// <summary>
    /// What to say about a runtime; null when it is new enough. No reason not to start: an old proxy is better than none.
    /// </summary>
    public static string? Warning(Version running) => running >= Wanted
        ? null
        : $".NET {running} is older than {Wanted}, which mends security holes of its web server; install the newest 10.0 runtime";
}
