using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Diagnosis;

internal static class Scenes
{
    public static Scene Bare { get; } = new() { Server = MySql("5.6.24"), SourceServer = MySql("5.6.24"), UsesGtid = false };

    public static ServerVersion MySql(string version) => ServerVersion.Parse(version);

    public static ServerVersion MariaDb(string version) => ServerVersion.Parse($"{version}-MariaDB");

    public static ServerVersion Server(string name) =>
        name.Split(' ') is ["MariaDB", string version] ? MariaDb(version) : MySql(name.Split(' ')[1]);

    /// <summary>A replica of <c>db1</c> that stands in the middle of bin.000003, in a scene where everything is known.</summary>
    public static Scene On(string server, bool usesGtid = false, string channel = "", bool superReadOnly = false) => new()
    {
        Index = 1,
        Node = "db2",
        Host = "db2.example.org",
        Port = "3306",
        Server = Server(server),
        Source = "db1",
        SourceHost = "db1.example.org",
        SourcePort = "3307",
        SourceServer = Server(server),
        UsesGtid = usesGtid,
        SuperReadOnly = superReadOnly,
        Channel = new ReplicationStatus
        {
            Channel = channel,
            SourceHost = "db1.example.org",
            SourcePort = 3307,
            SourceServerId = 1,
            IoThread = ReplicationThread.No,
            SqlThread = ReplicationThread.No,
            Executed = BinlogPosition.TryParse("bin.000003", 1234),
            Fetched = BinlogPosition.TryParse("bin.000004", 99),
            UsesGtid = usesGtid,
        },
    };
}
