namespace ProxyGuard.Demo.Fleet;

/// <summary>The programs of one kind of server: how it is started, and how an empty data directory is made.</summary>
internal abstract class ServerPrograms
{
    /// <summary>
    /// Temporary tables go into the server's own data directory: a MariaDB that starts removes those of all servers that share its
    /// directory for them.
    /// </summary>
    public const string OwnTemporaries = "--tmpdir=.";

    public abstract string HowToInstall { get; }

    public abstract bool AreInstalled { get; }

    /// <summary>What starts the server, before any option of a node: the program, and the arguments that must come first.</summary>
    public abstract IReadOnlyList<string> Command { get; }

    /// <summary>Options that keep this kind small. Making a data directory and running on it must agree on the redo log's size.</summary>
    public abstract IReadOnlyList<string> SmallSize { get; }

    /// <summary>
    /// What starts a client program that came with the server, such as <c>mysqldump</c>. Null when none came: then the distribution's will
    /// do.
    /// </summary>
    public virtual IReadOnlyList<string>? ClientCommand(string program) => null;

    /// <summary>
    /// Makes an empty data directory, with accounts for root without a password. The directory does not exist yet, its parent does.
    /// </summary>
    public abstract Task InstallAsync(string directory);

    protected static IReadOnlyList<string> AsRoot => Libc.IsRoot ? ["--user=root"] : [];
}

/// <summary>The MariaDB of the distribution, from its packages.</summary>
internal sealed class InstalledMariaDb : ServerPrograms
{
    public override string HowToInstall => "apt-get install mariadb-server";

    public override bool AreInstalled =>
        Programs.TryFind("mariadbd", "mysqld") is not null && Programs.TryFind("mariadb-install-db", "mysql_install_db") is not null;

    public override IReadOnlyList<string> Command => [Programs.Find("mariadbd", "mysqld"), "--no-defaults"];

    public override IReadOnlyList<string> SmallSize => MariaDbSize.Options;

    // Relative, because the installing script takes a path with a space in it for several.
    public override Task InstallAsync(string directory) => Programs.RunInAsync(
        Path.GetDirectoryName(directory)!,
        Programs.Find("mariadb-install-db", "mysql_install_db"),
        [
            "--no-defaults",
            $"--datadir=./{Path.GetFileName(directory)}",
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
            OwnTemporaries,
            MariaDbSize.RedoLog,
            .. AsRoot,
        ]);
}

/// <summary>A MariaDB of another release, in a root of its own.</summary>
internal sealed class UnpackedMariaDb(string name) : ServerPrograms
{
    private readonly ServerRoot _root = new(name);

    public override string HowToInstall => _root.HowToInstall;

    public override bool AreInstalled => File.Exists(_root.Of("usr/sbin/mariadbd"));

    public override IReadOnlyList<string> Command => _root.Command("usr/sbin/mariadbd", Messages);

    public override IReadOnlyList<string> SmallSize => MariaDbSize.Options;

    // Renamed between the releases, and the files in it too.
    private string Messages =>
        Directory.Exists(_root.Of("usr/share/mariadb")) ? _root.Of("usr/share/mariadb") : _root.Of("usr/share/mysql");

    /// <summary>Its installing script would start the server with this machine's libraries, so we do what the script does.</summary>
    public override async Task InstallAsync(string directory)
    {
        Directory.CreateDirectory(directory);
        string[] options =
            [$"--datadir={directory}", "--bootstrap", "--enforce-storage-engine=", OwnTemporaries, MariaDbSize.RedoLog, .. AsRoot];
        await Programs.RunAsync([.. Command, .. options], await InstallationSqlAsync());
    }

    // The bootstrap takes one statement a line, or up to a semicolon that ends a line. Help tables and procedures are left out.
    private async Task<string> InstallationSqlAsync()
    {
        string sql = "create database mysql;\nuse mysql;\nSET @auth_root_socket=NULL;\n";
        foreach (string part in (string[])["system_tables.sql", "performance_tables.sql", "system_tables_data.sql"])
            sql += await File.ReadAllTextAsync(Directory.EnumerateFiles(Messages, $"m*_{part}").Single());
        return sql;
    }
}

/// <summary>A MySQL of our days, in a root of its own.</summary>
internal sealed class UnpackedMySql(string name) : ServerPrograms
{
    // The default is 100 MB for each node.
    private const string RedoLog = "--innodb-redo-log-capacity=16M";

    private readonly ServerRoot _root = new(name);

    public override string HowToInstall => _root.HowToInstall;

    public override bool AreInstalled => File.Exists(_root.Of("usr/sbin/mysqld"));

    public override IReadOnlyList<string> Command => _root.Command("usr/sbin/mysqld", _root.Of("usr/share/mysql"));

    public override IReadOnlyList<string> SmallSize => [RedoLog, "--secure-file-priv=", "--mysqlx=OFF", "--performance-schema=OFF"];

    public override IReadOnlyList<string>? ClientCommand(string program) =>
        File.Exists(_root.Of($"usr/bin/{program}")) ? _root.Command($"usr/bin/{program}") : null;

    public override async Task InstallAsync(string directory)
    {
        await Programs.RunAsync(
            [.. Command, "--initialize-insecure", $"--datadir={directory}", OwnTemporaries, RedoLog, "--innodb-buffer-pool-size=24M",
                .. AsRoot]);
        // With it all nodes would have the same UUID.
        File.Delete(Path.Combine(directory, "auto.cnf"));
    }
}

/// <summary>An old MySQL that brings its libraries and an empty data directory along.</summary>
internal sealed class BundledMySql(string name) : ServerPrograms
{
    private readonly ServerRoot _root = new(name);

    public override string HowToInstall => _root.HowToInstall;

    public override bool AreInstalled => File.Exists(Server("mysqld"));

    public override IReadOnlyList<string> Command =>
    [
        Programs.Find("env"), $"LD_LIBRARY_PATH={_root.Of("server")}",
        Server("mysqld"), "--no-defaults", $"--basedir={_root.Of("server")}",
        $"--lc-messages-dir={Server("share")}", $"--character-sets-dir={Server("share/charsets")}",
    ];

    public override IReadOnlyList<string> SmallSize => ["--innodb-log-file-size=16M", "--performance-schema=OFF"];

    /// <summary>
    /// None came with it, and MariaDB's ask for columns that it does not have. A newer MySQL's read it, and find there how its accounts log
    /// in.
    /// </summary>
    public override IReadOnlyList<string>? ClientCommand(string program) =>
        ServerKind.MySql97.ClientCommand(program) is { } command
            ? [.. command, $"--plugin-dir={new ServerRoot(ServerKind.MySql97.ShortName).Of("usr/lib/mysql/plugin")}"]
            : null;

    public override async Task InstallAsync(string directory)
    {
        await Programs.RunAsync(Programs.Find("cp"), "-r", Server("data/mysql"), directory);
        File.Delete(Path.Combine(directory, "auto.cnf"));
    }

    private string Server(string path) => _root.Of($"server/{path}");
}

internal static class MariaDbSize
{
    public const string RedoLog = "--innodb-log-file-size=16M";

    public static readonly IReadOnlyList<string> Options = [RedoLog, "--aria-pagecache-buffer-size=1M", "--performance-schema=OFF"];
}
