using ProxyGuard.Core.Replication;
using ProxyGuard.Probing;

namespace ProxyGuard.Tests.Probing;

public class ReplicationRowsTests
{
    [Theory]
    [InlineData("5.5.5-10.11.6-MariaDB-0+deb12u1-log", "MariaDB 10.11.6", "SHOW ALL SLAVES STATUS", "SHOW MASTER STATUS")]
    [InlineData("11.8.2-MariaDB", "MariaDB 11.8.2", "SHOW ALL SLAVES STATUS", "SHOW MASTER STATUS")]
    [InlineData("5.5.68-MariaDB", "MariaDB 5.5.68", "SHOW SLAVE STATUS", "SHOW MASTER STATUS")]
    [InlineData("5.6.24-log", "MySQL 5.6.24", "SHOW SLAVE STATUS", "SHOW MASTER STATUS")]
    [InlineData("5.1.73", "MySQL 5.1.73", "SHOW SLAVE STATUS", "SHOW MASTER STATUS")]
    [InlineData("8.0.36", "MySQL 8.0.36", "SHOW SLAVE STATUS", "SHOW MASTER STATUS")]
    [InlineData("8.4.0", "MySQL 8.4.0", "SHOW REPLICA STATUS", "SHOW BINARY LOG STATUS")]
    [InlineData("9.7.0-commercial", "MySQL 9.7.0", "SHOW REPLICA STATUS", "SHOW BINARY LOG STATUS")]
    [InlineData("nonsense", "MySQL 0.0", "SHOW SLAVE STATUS", "SHOW MASTER STATUS")]
    public void A_server_is_asked_in_its_own_language(string version, string name, string replication, string head)
    {
        ServerVersion server = ServerVersion.Parse(version);

        Assert.Equal(name, server.ToString());
        Assert.Equal(replication, Dialect.For(server).ReplicationStatus);
        Assert.Equal(head, Dialect.For(server).Head);
    }

    [Theory]
    [InlineData("Master", "Slave")]
    [InlineData("Source", "Replica")]
    public void Both_vocabularies_are_read_by_name(string source, string replica)
    {
        ReplicationStatus status = ReplicationRows.Channel(Row(source, replica));

        Assert.Equal(("db1", 3306, 7L), (status.SourceHost, status.SourcePort, status.SourceServerId));
        Assert.Equal((ReplicationThread.Yes, ReplicationThread.No), (status.IoThread, status.SqlThread));
        Assert.Equal(BinlogPosition.TryParse("bin.000012", 4711), status.Executed);
        Assert.Equal(new ReplicationError(1062, "Duplicate entry"), status.SqlError);
        Assert.Null(status.IoError);
        Assert.Null(status.SecondsBehindSource);
    }

    [Fact]
    public void Missing_columns_and_unknown_words_never_count_as_running()
    {
        ReplicationStatus status = ReplicationRows.Channel(StatusRow.Of(new Dictionary<string, string?> { ["Slave_IO_Running"] = "Perhaps", ["Slave_SQL_Running"] = null }));

        Assert.Equal((ReplicationThread.Unknown, ReplicationThread.Unknown), (status.IoThread, status.SqlThread));
        Assert.Null(status.Executed);
    }

    private static StatusRow Row(string source, string replica) => StatusRow.Of(new Dictionary<string, string?>
    {
        [$"{source}_Host"] = "db1",
        [$"{source}_Port"] = "3306",
        [$"{source}_Server_Id"] = "7",
        [$"{replica}_IO_Running"] = "Yes",
        [$"{replica}_SQL_Running"] = "No",
        [$"Relay_{source}_Log_File"] = "bin.000012",
        [$"Exec_{source}_Log_Pos"] = "4711",
        ["Last_IO_Errno"] = "0",
        ["Last_IO_Error"] = "",
        ["Last_SQL_Errno"] = "1062",
        ["Last_SQL_Error"] = "Duplicate entry",
        [$"Seconds_Behind_{source}"] = null,
    });
}
