using ProxyGuard.Core.Replication;

namespace ProxyGuard.Tests.Probing;

/// <summary>What every generation of servers says, and what is made of it. A line for each file, and below it one for each channel.</summary>
public class EveryServerTests
{
    [Theory]
    [MemberData(nameof(Expected))]
    public void A_server_is_understood(string name, string server, string[] channels)
    {
        RecordedAnswers answers = RecordedAnswers.Of(name);

        Assert.Equal(server, $"{answers.Version} #{answers.Server}: {answers.Dialect.ReplicationStatus}, head {answers.Head?.ToString() ?? "none"}, read_only {answers.ReadOnly}, super {answers.SuperReadOnly?.ToString() ?? "none"}");
        Assert.Equal(channels, answers.Channels.Select(Described));
    }

    [Fact]
    public void No_file_is_left_out() =>
        Assert.Equal(RecordedAnswers.Names(), Expected.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(All))]
    public void A_file_says_whether_it_was_recorded(string name) =>
        Assert.True(RecordedAnswers.Of(name).Source is "recorded" or "written from the manual");

    public static TheoryData<string> All => [.. RecordedAnswers.Names()];

    private static string Described(ReplicationStatus status)
    {
        List<string> said =
        [
            $"{(status.Channel.Length == 0 ? "" : $"{status.Channel}: ")}{status.SourceHost}:{status.SourcePort} #{new ServerId(status.SourceServerId, status.SourceUuid?[..4])}",
            $"{status.IoThread}/{status.SqlThread}",
            $"{status.Executed?.ToString() ?? "nowhere"} of {status.Fetched?.ToString() ?? "nothing"}",
            $"relay {status.RelayLogBytes?.ToString() ?? "unknown"}",
            status.SecondsBehindSource is { } late ? $"late {late}" : "late NULL",
        ];
        if (status.Delay > TimeSpan.Zero)
            said.Add($"delay {status.Delay}");
        if (status.UsesGtid || status.FetchedGtids is not null || status.ExecutedGtids is not null)
            said.Add($"gtid {(status.UsesGtid ? "on" : "off")}, fetched {status.FetchedGtids ?? "none"}, executed {status.ExecutedGtids ?? "none"}");
        if (!status.Filters.IsEmpty)
            said.Add(string.Join(" and ", status.Filters));
        said.Add($"\"{status.IoState}\"/\"{status.SqlState}\"");
        said.AddRange(from error in new[] { status.IoError, status.SqlError } where error is not null select $"{error.Number} {error.Text[..Math.Min(60, error.Text.Length)]}");
        return string.Join(" | ", said);
    }

    public static TheoryData<string, string, string[]> Expected => new()
    {
        {
            "mariadb-10.0/two connections",
            "MariaDB 10.0.38 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\"",
                "forum: 192.0.2.9:3306 #9 | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Connecting to master\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\" | 2003 error connecting to master 'repl@192.0.2.9:3306' - retry-tim",
            ]
        },
        {
            "mariadb-10.2/delayed",
            "MariaDB 10.2.44 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/Yes | bin.000042:4711 of bin.000042:812345 | relay 813000 | late 00:59:48 | delay 01:00:00 | Replicate_Do_Domain_Ids=0 | \"Waiting for master to send event\"/\"Waiting until MASTER_DELAY seconds after master executed event\"",
            ]
        },
        {
            "mariadb-10.2/gtid",
            "MariaDB 10.2.44 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | gtid on, fetched 0-1-1289, executed 0-1-1288 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.2/two connections",
            "MariaDB 10.2.44 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                "forum: 192.0.2.9:3306 #9 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
                "photos: 192.0.2.1:3306 #1 | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mariadb-10.4/healthy",
            "MariaDB 10.4.34 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.4/no rows",
            "MariaDB 10.4.34 #1: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only False, super none",
            []
        },
        {
            "mariadb-10.4/null columns",
            "MariaDB 10.4.34 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                ":0 #0 | Unknown/Unknown | nowhere of nothing | relay unknown | late NULL | \"\"/\"\"",
            ]
        },
        {
            "mariadb-5.5/healthy",
            "MariaDB 5.5.68 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"\"",
            ]
        },
        {
            "mariadb-5.5/stopped by 1062",
            "MariaDB 5.5.68 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-5.0/healthy",
            "MySQL 5.0.96 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"\"",
            ]
        },
        {
            "mysql-5.0/io cut",
            "MySQL 5.0.96 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | No/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Reconnecting after a failed master event read\"/\"\"",
            ]
        },
        {
            "mysql-5.0/no rows",
            "MySQL 5.0.96 #1: SHOW SLAVE STATUS, head bin.000009:107, read_only False, super none",
            []
        },
        {
            "mysql-5.0/reset slave",
            "MySQL 5.0.96 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            []
        },
        {
            "mysql-5.0/stopped by 1062",
            "MySQL 5.0.96 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-5.1/filters",
            "MySQL 5.1.73 #2: SHOW SLAVE STATUS, head none, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | Replicate_Do_DB=photos and Replicate_Wild_Ignore_Table=photos.tmp% | \"Waiting for master to send event\"/\"\"",
            ]
        },
        {
            "mysql-5.1/healthy",
            "MySQL 5.1.73 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"\"",
            ]
        },
        {
            "mysql-5.1/io cut",
            "MySQL 5.1.73 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Reconnecting after a failed master event read\"/\"\" | 2003 error reconnecting to master 'repl@192.0.2.1:3306' - retry-t",
            ]
        },
        {
            "mysql-5.5/binlog purged",
            "MySQL 5.5.62 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | No/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"\"/\"\" | 1236 Got fatal error 1236 from master when reading data from bina",
            ]
        },
        {
            "mysql-5.5/healthy",
            "MySQL 5.5.62 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"\"",
            ]
        },
        {
            "mysql-5.5/missing columns",
            "MySQL 5.5.62 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Yes/Unknown | nowhere of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"\"",
            ]
        },
        {
            "mysql-5.5/stopped by 1062",
            "MySQL 5.5.62 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-5.7/delayed",
            "MySQL 5.7.44 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super True",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:4711 of bin.000042:812345 | relay 813000 | late 01:00:00 | delay 01:00:00 | Replicate_Rewrite_DB=(photos,copy) | \"Waiting for master to send event\"/\"Waiting until MASTER_DELAY seconds after master executed event\"",
            ]
        },
        {
            "mysql-5.7/healthy with gtid",
            "MySQL 5.7.44 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | gtid on, fetched 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77, executed 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77,7c1e6f0a-8f3d-11e6-9c5b-0242ac110003:1-5 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-5.7/two channels",
            "MySQL 5.7.44 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "photos: 192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
                "forum: 192.0.2.9:3307 #9/9f5b | Yes/No | binlog.000003:154 of binlog.000004:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-5.7/workers stopped by 1062",
            "MySQL 5.7.44 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 ... The slave coordinator and worker threads are stopped, po",
            ]
        },
        {
            "mysql-8.0.22/healthy",
            "MySQL 8.0.22 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-8.0.22/stopped by 1062",
            "MySQL 8.0.22 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-8.0/binlog purged",
            "MySQL 8.0.36 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | No/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | gtid on, fetched none, executed 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77 | \"\"/\"Slave has read all relay log; waiting for more updates\" | 1236 Got fatal error 1236 from source when reading data from bina",
            ]
        },
        {
            "mysql-8.0/io cut",
            "MySQL 8.0.36 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Reconnecting after a failed source event read\"/\"Slave has read all relay log; waiting for more updates\" | 2003 Error reconnecting to source 'repl@192.0.2.1:3306'. This was",
            ]
        },
        {
            "mysql-8.0/workers stopped by 1062",
            "MySQL 8.0.36 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Coordinator stopped because there were error(s) in the worke",
            ]
        },
        {
            "mysql-8.4/a fork with the old words",
            "MySQL 8.4.0 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-8.4/a word nobody knows",
            "MySQL 8.4.3 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Unknown/Unknown | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-8.4/healthy with gtid",
            "MySQL 8.4.3 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | gtid on, fetched 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77, executed 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-8.4/no rows",
            "MySQL 8.4.3 #1/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only False, super False",
            []
        },
        {
            "mysql-8.4/two channels",
            "MySQL 8.4.3 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only True, super False",
            [
                "photos: 192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
                "forum: 192.0.2.9:3306 #0 | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Connecting to source\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
    };
}
