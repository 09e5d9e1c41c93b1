namespace ProxyGuard.Demo.Fleet;

/// <summary>
/// Where <c>tests/servers.sh</c> put a server that this machine's distribution does not have: a whole root file system, or what a package
/// brought along. Nothing in it is ever written.
/// </summary>
internal sealed class ServerRoot(string name)
{
    private const string Libraries = "usr/lib/x86_64-linux-gnu";

    public string HowToInstall => $"bash tests/servers.sh {name}";

    public string Of(string path) => Path.Combine(AllServers(), name, path);

    /// <summary>
    /// A program of this root with its own libraries, through its own dynamic loader: needs no chroot, hence no right of root's, and its
    /// data may lie anywhere.
    /// </summary>
    /// <param name="messages">The directory with the server's messages and character sets.</param>
    public IReadOnlyList<string> Command(string program, string messages) =>
    [
        .. Command(program), "--no-defaults", $"--basedir={Of("usr")}", $"--plugin-dir={Of("usr/lib/mysql/plugin")}",
        $"--lc-messages-dir={messages}", $"--character-sets-dir={messages}/charsets",
    ];

    /// <summary>The same, without any option.</summary>
    public IReadOnlyList<string> Command(string program) =>
        [Of($"{Libraries}/ld-linux-x86-64.so.2"), "--library-path", Of(Libraries), Of(program)];

    private static string AllServers() =>
        Environment.GetEnvironmentVariable("PROXYGUARD_SERVERS") is { Length: > 0 } servers
            ? Path.GetFullPath(servers)
            : Path.Combine(Cache(), "proxyguard", "servers");

    private static string Cache() =>
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
            ? cache
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
}
