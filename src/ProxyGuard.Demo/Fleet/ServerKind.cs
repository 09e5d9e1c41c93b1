namespace ProxyGuard.Demo.Fleet;

/// <summary>A kind of database server that a fleet can be made of.</summary>
public sealed class ServerKind
{
    private ServerKind(string name, string shortName, ServerPrograms programs, ServerWords words)
    {
        Name = name;
        ShortName = shortName;
        Programs = programs;
        Words = words;
    }

    public static ServerKind MySql56 { get; } = new("MySQL 5.6", "mysql-5.6", new BundledMySql("mysql-5.6"), new OldMySqlWords());

    public static ServerKind MySql97 { get; } = new("MySQL 9.7", "mysql-9.7", new UnpackedMySql("mysql-9.7"), new MySqlWords());

    public static ServerKind MariaDb105 { get; } = new(
        "MariaDB 10.5", "mariadb-10.5", new UnpackedMariaDb("mariadb-10.5"), new MariaDbWords());

    /// <summary>The distribution's own; on Debian 12 that is 10.11.</summary>
    public static ServerKind MariaDb1011 { get; } = new("MariaDB 10.11", "mariadb-10.11", new InstalledMariaDb(), new MariaDbWords());

    public static ServerKind MariaDb118 { get; } = new(
        "MariaDB 11.8", "mariadb-11.8", new UnpackedMariaDb("mariadb-11.8"), new MariaDbWords());

    /// <summary>The oldest first.</summary>
    public static IReadOnlyList<ServerKind> All { get; } = [MySql56, MariaDb105, MariaDb1011, MariaDb118, MySql97];

    /// <summary>Such as <c>MariaDB 10.5</c>.</summary>
    public string Name { get; }

    /// <summary>Fit for a file's name: <c>mariadb-10.5</c>.</summary>
    public string ShortName { get; }

    /// <summary>What brings it to this machine; one line for the fleet's operator.</summary>
    public string HowToInstall => Programs.HowToInstall;

    public bool IsInstalled => Programs.AreInstalled;

    /// <summary>How it is spoken to about replication.</summary>
    public ServerWords Words { get; }

    /// <summary>
    /// What starts a client program that came with the server, such as <c>mysqldump</c>. Null when none came: then the distribution's will
    /// do.
    /// </summary>
    public IReadOnlyList<string>? ClientCommand(string program) => Programs.ClientCommand(program);

    internal ServerPrograms Programs { get; }

    /// <summary>The one of <see cref="All"/> with that <see cref="Name"/>.</summary>
    public static ServerKind Named(string name) => All.Single(kind => kind.Name == name);

    public override string ToString() => Name;
}
