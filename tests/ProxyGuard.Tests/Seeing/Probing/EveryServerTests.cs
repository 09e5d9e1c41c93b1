using ProxyGuard.Core.Replication;

namespace ProxyGuard.Tests.Seeing.Probing;

/// <summary>
/// What every generation of servers says, and what is made of it. A line for each file, and below it one for each channel.
/// </summary>
public class EveryServerTests
{
    [Theory]
    [MemberData(nameof(Expected))]
    public void Server_answers_are_parsed_as_expected(string name, string server, string[] channels)
    {
        RecordedAnswers answers = RecordedAnswers.Of(name);

        Assert.Equal(
            server,
            $"{answers.Version} #{answers.Server}: {answers.Dialect.ReplicationStatus}, head {answers.Head?.ToString() ?? "none"}, read_only {answers.ReadOnly}, super {answers.SuperReadOnly?.ToString() ?? "none"}");
        Assert.Equal(channels, answers.Channels.Select(Described));
    }

    [Fact]
    public void Every_file_of_answers_has_an_expectation() =>
        Assert.Equal(RecordedAnswers.Names(), Expected.Select(row => row.Data.Item1).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(All))]
    public void Every_file_of_answers_names_its_origin(string name) =>
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
            said.Add(
                $"gtid {(status.UsesGtid ? "on" : "off")}, fetched {status.FetchedGtids ?? "none"}, executed {status.ExecutedGtids ?? "none"}");
        if (!status.Filters.IsEmpty)
            said.Add(string.Join(" and ", status.Filters));
        said.Add($"\"{status.IoState}\"/\"{status.SqlState}\"");
        said.AddRange(
            from error in new[] { status.IoError,
                status.SqlError }
            where error is not null
            select $"{error.Number} {error.Text[..Math.Min(60, error.Text.Length)]}");
        return string.Join(" | ", said);
    }

    public static TheoryData<string, string, string[]> Expected => new()
    {
        {
            "mariadb-10.0/two-connections",
            "MariaDB 10.0.38 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\"",
                "forum: 192.0.2.9:3306 #9 | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Connecting to master\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\" | 2003 error connecting to master 'repl@192.0.2.9:3306' - retry-tim",
            ]
        },
        {
            "mariadb-10.11/healthy",
            "MariaDB 10.11.19 #2: SHOW ALL SLAVES STATUS, head bin.000001:1112815, read_only True, super none",
            [
                "127.0.0.1:45183 #1 | Yes/Yes | bin.000002:555836 of bin.000002:555836 | relay 556469 | late 00:00:00 | gtid on, fetched 0-1-508, executed 0-1-508 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.11/healthy-by-position",
            "MariaDB 10.11.19 #2: SHOW ALL SLAVES STATUS, head bin.000001:1112815, read_only True, super none",
            [
                "127.0.0.1:43539 #1 | Yes/Yes | bin.000002:555836 of bin.000002:555836 | relay 556469 | late 00:00:00 | gtid off, fetched none, executed 0-1-508 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.11/network-cut",
            "MariaDB 10.11.19 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668738, read_only True, super none",
            [
                "127.0.0.1:45183 #1 | Yes/Yes | bin.000002:1111796 of bin.000002:1111796 | relay 256 | late 00:00:00 | gtid on, fetched 0-1-760, executed 0-1-760 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.11/network-cut-noticed",
            "MariaDB 10.11.19 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668738, read_only True, super none",
            [
                "127.0.0.1:45183 #1 | Connecting/Yes | bin.000002:1111796 of bin.000002:1111796 | relay 256 | late NULL | gtid on, fetched 0-1-760, executed 0-1-760 | \"Reconnecting after a failed master event read\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.11/primary",
            "MariaDB 10.11.19 #1: SHOW ALL SLAVES STATUS, head bin.000002:555836, read_only False, super none",
            []
        },
        {
            "mariadb-10.11/source-away",
            "MariaDB 10.11.19 #2: SHOW ALL SLAVES STATUS, head bin.000001:2224238, read_only True, super none",
            [
                "127.0.0.1:33661 #1 | Connecting/Yes | bin.000002:1667296 of bin.000002:1667296 | relay 556508 | late NULL | gtid on, fetched 0-1-1010, executed 0-1-1010 | \"Reconnecting after a failed master event read\"/\"Slave has read all relay log; waiting for more updates\" | 2013 error reconnecting to master 'replication@127.0.0.1:33661' -",
            ]
        },
        {
            "mariadb-10.11/stopped-by-1062",
            "MariaDB 10.11.19 #2: SHOW ALL SLAVES STATUS, head bin.000001:1113036, read_only True, super none",
            [
                "127.0.0.1:45183 #1 | Yes/No | bin.000002:556094 of bin.000002:1111796 | relay 1112429 | late NULL | gtid on, fetched 0-1-760, executed 0-1-509 | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '1795386166966' for key 'PRIMARY'' on",
            ]
        },
        {
            "mariadb-10.11/stopped-by-hand",
            "MariaDB 10.11.19 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668738, read_only True, super none",
            [
                "127.0.0.1:45183 #1 | No/No | bin.000002:1111796 of bin.000002:1111796 | relay 1112429 | late NULL | gtid on, fetched 0-1-760, executed 0-1-760 | \"\"/\"\"",
            ]
        },
        {
            "mariadb-10.11/two-channels",
            "MariaDB 10.11.19 #3: SHOW ALL SLAVES STATUS, head bin.000001:2224238, read_only True, super none",
            [
                "127.0.0.1:36343 #1 | Yes/Yes | bin.000002:1667296 of bin.000002:1667296 | relay 1667929 | late 00:00:00 | gtid on, fetched 0-1-1010, executed 0-1-1010 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
                "second: 127.0.0.1:41245 #2 | Yes/Yes | bin.000001:2224238 of bin.000001:2224238 | relay 855 | late 00:00:00 | gtid off, fetched none, executed 0-1-1010 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
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
            "mariadb-10.2/two-connections",
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
            "mariadb-10.4/no-rows",
            "MariaDB 10.4.34 #1: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only False, super none",
            []
        },
        {
            "mariadb-10.4/null-columns",
            "MariaDB 10.4.34 #2: SHOW ALL SLAVES STATUS, head bin.000009:107, read_only True, super none",
            [
                ":0 #0 | Unknown/Unknown | nowhere of nothing | relay unknown | late NULL | \"\"/\"\"",
            ]
        },
        {
            "mariadb-10.5/healthy",
            "MariaDB 10.5.23 #2: SHOW ALL SLAVES STATUS, head bin.000001:1112806, read_only True, super none",
            [
                "127.0.0.1:43785 #1 | Yes/Yes | bin.000002:555873 of bin.000002:555873 | relay 556506 | late 00:00:00 | gtid on, fetched 0-1-508, executed 0-1-508 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.5/healthy-by-position",
            "MariaDB 10.5.23 #2: SHOW ALL SLAVES STATUS, head bin.000001:1112806, read_only True, super none",
            [
                "127.0.0.1:46227 #1 | Yes/Yes | bin.000002:555873 of bin.000002:555873 | relay 556506 | late 00:00:00 | gtid off, fetched none, executed 0-1-508 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.5/network-cut",
            "MariaDB 10.5.23 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668720, read_only True, super none",
            [
                "127.0.0.1:43785 #1 | Yes/Yes | bin.000002:1111787 of bin.000002:1111787 | relay 1008 | late 00:00:00 | gtid on, fetched 0-1-760, executed 0-1-760 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.5/network-cut-noticed",
            "MariaDB 10.5.23 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668720, read_only True, super none",
            [
                "127.0.0.1:43785 #1 | Connecting/Yes | bin.000002:1111787 of bin.000002:1111787 | relay 1008 | late NULL | gtid on, fetched 0-1-760, executed 0-1-760 | \"Reconnecting after a failed master event read\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-10.5/primary",
            "MariaDB 10.5.23 #1: SHOW ALL SLAVES STATUS, head bin.000002:555873, read_only False, super none",
            []
        },
        {
            "mariadb-10.5/source-away",
            "MariaDB 10.5.23 #2: SHOW ALL SLAVES STATUS, head bin.000001:2224220, read_only True, super none",
            [
                "127.0.0.1:42789 #1 | Connecting/Yes | bin.000002:1667287 of bin.000002:1667287 | relay 556961 | late NULL | gtid on, fetched 0-1-1010, executed 0-1-1010 | \"Reconnecting after a failed master event read\"/\"Slave has read all relay log; waiting for more updates\" | 2013 error reconnecting to master 'replication@127.0.0.1:42789' -",
            ]
        },
        {
            "mariadb-10.5/stopped-by-1062",
            "MariaDB 10.5.23 #2: SHOW ALL SLAVES STATUS, head bin.000001:1113018, read_only True, super none",
            [
                "127.0.0.1:43785 #1 | Yes/No | bin.000002:556085 of bin.000002:1111787 | relay 1112420 | late NULL | gtid on, fetched 0-1-760, executed 0-1-509 | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '1795386151388' for key 'PRIMARY'' on",
            ]
        },
        {
            "mariadb-10.5/stopped-by-hand",
            "MariaDB 10.5.23 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668720, read_only True, super none",
            [
                "127.0.0.1:43785 #1 | No/No | bin.000002:1111787 of bin.000002:1111787 | relay 1112420 | late NULL | gtid on, fetched 0-1-760, executed 0-1-760 | \"\"/\"\"",
            ]
        },
        {
            "mariadb-10.5/two-channels",
            "MariaDB 10.5.23 #3: SHOW ALL SLAVES STATUS, head bin.000001:2224220, read_only True, super none",
            [
                "127.0.0.1:36537 #1 | Yes/Yes | bin.000002:1667287 of bin.000002:1667287 | relay 1667920 | late 00:00:00 | gtid on, fetched 0-1-1010, executed 0-1-1010 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
                "second: 127.0.0.1:39743 #2 | Yes/Yes | bin.000001:2224220 of bin.000001:2224220 | relay 855 | late 00:00:00 | gtid off, fetched none, executed 0-1-1010 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-11.8/healthy",
            "MariaDB 11.8.6 #2: SHOW ALL SLAVES STATUS, head bin.000001:1112837, read_only True, super none",
            [
                "127.0.0.1:37669 #1 | Yes/Yes | bin.000002:555873 of bin.000002:555873 | relay 556506 | late 00:00:00 | gtid on, fetched 0-1-508, executed 0-1-508 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-11.8/healthy-by-position",
            "MariaDB 11.8.6 #2: SHOW ALL SLAVES STATUS, head bin.000001:1112837, read_only True, super none",
            [
                "127.0.0.1:41887 #1 | Yes/Yes | bin.000002:555873 of bin.000002:555873 | relay 556506 | late 00:00:00 | gtid off, fetched none, executed 0-1-508 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-11.8/network-cut",
            "MariaDB 11.8.6 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668760, read_only True, super none",
            [
                "127.0.0.1:37669 #1 | Yes/Yes | bin.000002:1111796 of bin.000002:1111796 | relay 891 | late 00:00:00 | gtid on, fetched 0-1-760, executed 0-1-760 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-11.8/network-cut-noticed",
            "MariaDB 11.8.6 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668760, read_only True, super none",
            [
                "127.0.0.1:37669 #1 | Connecting/Yes | bin.000002:1111796 of bin.000002:1111796 | relay 891 | late NULL | gtid on, fetched 0-1-760, executed 0-1-760 | \"Reconnecting after a failed master event read\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mariadb-11.8/primary",
            "MariaDB 11.8.6 #1: SHOW ALL SLAVES STATUS, head bin.000002:555873, read_only False, super none",
            []
        },
        {
            "mariadb-11.8/source-away",
            "MariaDB 11.8.6 #2: SHOW ALL SLAVES STATUS, head bin.000001:2224260, read_only True, super none",
            [
                "127.0.0.1:46855 #1 | Connecting/Yes | bin.000002:1667296 of bin.000002:1667296 | relay 556391 | late NULL | gtid on, fetched 0-1-1010, executed 0-1-1010 | \"Reconnecting after a failed master event read\"/\"Slave has read all relay log; waiting for more updates\" | 2013 error reconnecting to master 'replication@127.0.0.1:46855' -",
            ]
        },
        {
            "mariadb-11.8/stopped-by-1062",
            "MariaDB 11.8.6 #2: SHOW ALL SLAVES STATUS, head bin.000001:1113058, read_only True, super none",
            [
                "127.0.0.1:37669 #1 | Yes/No | bin.000002:556094 of bin.000002:1111796 | relay 1112429 | late NULL | gtid on, fetched 0-1-760, executed 0-1-509 | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '1795386208252' for key 'PRIMARY'' on",
            ]
        },
        {
            "mariadb-11.8/stopped-by-hand",
            "MariaDB 11.8.6 #2: SHOW ALL SLAVES STATUS, head bin.000001:1668760, read_only True, super none",
            [
                "127.0.0.1:37669 #1 | No/No | bin.000002:1111796 of bin.000002:1111796 | relay 1112429 | late NULL | gtid on, fetched 0-1-760, executed 0-1-760 | \"\"/\"\"",
            ]
        },
        {
            "mariadb-11.8/two-channels",
            "MariaDB 11.8.6 #3: SHOW ALL SLAVES STATUS, head bin.000001:2224260, read_only True, super none",
            [
                "127.0.0.1:33273 #1 | Yes/Yes | bin.000002:1667296 of bin.000002:1667296 | relay 1667929 | late 00:00:00 | gtid on, fetched 0-1-1010, executed 0-1-1010 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
                "second: 127.0.0.1:38311 #2 | Yes/Yes | bin.000001:2224260 of bin.000001:2224260 | relay 855 | late 00:00:00 | gtid off, fetched none, executed 0-1-1010 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
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
            "mariadb-5.5/stopped-by-1062",
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
            "mysql-5.0/io-cut",
            "MySQL 5.0.96 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | No/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Reconnecting after a failed master event read\"/\"\"",
            ]
        },
        {
            "mysql-5.0/no-rows",
            "MySQL 5.0.96 #1: SHOW SLAVE STATUS, head bin.000009:107, read_only False, super none",
            []
        },
        {
            "mysql-5.0/reset-slave",
            "MySQL 5.0.96 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            []
        },
        {
            "mysql-5.0/stopped-by-1062",
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
            "mysql-5.1/io-cut",
            "MySQL 5.1.73 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Reconnecting after a failed master event read\"/\"\" | 2003 error reconnecting to master 'repl@192.0.2.1:3306' - retry-t",
            ]
        },
        {
            "mysql-5.5/binlog-purged",
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
            "mysql-5.5/missing-columns",
            "MySQL 5.5.62 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #0 | Yes/Unknown | nowhere of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"\"",
            ]
        },
        {
            "mysql-5.5/stopped-by-1062",
            "MySQL 5.5.62 #2: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1 | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-5.6/healthy",
            "MySQL 5.6.24 #2/27e00a64-e6c3-11f1-ae48-02fc00000001: SHOW SLAVE STATUS, head bin.000001:1159028, read_only True, super none",
            [
                "127.0.0.1:44759 #1/278d | Yes/Yes | bin.000002:578920 of bin.000002:578920 | relay 579393 | late 00:00:00 | gtid on, fetched 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-509, executed 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-509 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\"",
            ]
        },
        {
            "mysql-5.6/healthy-by-position",
            "MySQL 5.6.24 #2/25785d50-e6c3-11f1-ae48-02fc00000001: SHOW SLAVE STATUS, head bin.000001:1134565, read_only True, super none",
            [
                "127.0.0.1:37929 #1/258f | Yes/Yes | bin.000002:566801 of bin.000002:566801 | relay 567162 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\"",
            ]
        },
        {
            "mysql-5.6/network-cut",
            "MySQL 5.6.24 #2/27e00a64-e6c3-11f1-ae48-02fc00000001: SHOW SLAVE STATUS, head bin.000001:1738278, read_only True, super none",
            [
                "127.0.0.1:44759 #1/278d | Yes/Yes | bin.000002:1158170 of bin.000002:1158170 | relay 1158643 | late 00:00:00 | gtid on, fetched 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-762, executed 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-762 | \"Checking master version\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\"",
            ]
        },
        {
            "mysql-5.6/network-cut-noticed",
            "MySQL 5.6.24 #2/27e00a64-e6c3-11f1-ae48-02fc00000001: SHOW SLAVE STATUS, head bin.000001:1738278, read_only True, super none",
            [
                "127.0.0.1:44759 #1/278d | Connecting/Yes | bin.000002:1158170 of bin.000002:1158170 | relay 1158643 | late NULL | gtid on, fetched 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-762, executed 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-762 | \"Reconnecting after a failed registration on master\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\"",
            ]
        },
        {
            "mysql-5.6/primary",
            "MySQL 5.6.24 #1/278d1c4a-e6c3-11f1-ae48-02fc00000001: SHOW SLAVE STATUS, head bin.000002:578920, read_only False, super none",
            []
        },
        {
            "mysql-5.6/source-away",
            "MySQL 5.6.24 #2/3bbaf54b-e6c9-11f1-ae70-02fc00000001: SHOW SLAVE STATUS, head bin.000001:2317007, read_only True, super none",
            [
                "127.0.0.1:40701 #1/3c03 | Connecting/Yes | bin.000002:1736899 of bin.000002:1736899 | relay 1737570 | late NULL | gtid on, fetched 3c03b18e-e6c9-11f1-ae70-02fc00000001:1-1013, executed 3c03b18e-e6c9-11f1-ae70-02fc00000001:1-1013 | \"Reconnecting after a failed master event read\"/\"Slave has read all relay log; waiting for the slave I/O thread to update it\" | 2013 error reconnecting to master 'replication@127.0.0.1:40701' -",
            ]
        },
        {
            "mysql-5.6/stopped-by-1062",
            "MySQL 5.6.24 #2/27e00a64-e6c3-11f1-ae48-02fc00000001: SHOW SLAVE STATUS, head bin.000001:1159255, read_only True, super none",
            [
                "127.0.0.1:44759 #1/278d | Yes/No | bin.000002:579147 of bin.000002:1158170 | relay 1158643 | late NULL | gtid on, fetched 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-762, executed 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-510 | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '1795386131192' for key 'PRIMARY'' on",
            ]
        },
        {
            "mysql-5.6/stopped-by-hand",
            "MySQL 5.6.24 #2/27e00a64-e6c3-11f1-ae48-02fc00000001: SHOW SLAVE STATUS, head bin.000001:1738278, read_only True, super none",
            [
                "127.0.0.1:44759 #1/278d | No/No | bin.000002:1158170 of bin.000002:1158170 | relay 1158643 | late NULL | gtid on, fetched 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-762, executed 278d1c4a-e6c3-11f1-ae48-02fc00000001:1-762 | \"\"/\"\"",
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
            "mysql-5.7/healthy-with-gtid",
            "MySQL 5.7.44 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | gtid on, fetched 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77, executed 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77,7c1e6f0a-8f3d-11e6-9c5b-0242ac110003:1-5 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-5.7/two-channels",
            "MySQL 5.7.44 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "photos: 192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
                "forum: 192.0.2.9:3307 #9/9f5b | Yes/No | binlog.000003:154 of binlog.000004:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-5.7/workers-stopped-by-1062",
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
            "mysql-8.0.22/stopped-by-1062",
            "MySQL 8.0.22 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Error 'Duplicate entry '7' for key 'PRIMARY'' on query. Defa",
            ]
        },
        {
            "mysql-8.0/binlog-purged",
            "MySQL 8.0.36 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | No/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | gtid on, fetched none, executed 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77 | \"\"/\"Slave has read all relay log; waiting for more updates\" | 1236 Got fatal error 1236 from source when reading data from bina",
            ]
        },
        {
            "mysql-8.0/io-cut",
            "MySQL 8.0.36 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Reconnecting after a failed source event read\"/\"Slave has read all relay log; waiting for more updates\" | 2003 Error reconnecting to source 'repl@192.0.2.1:3306'. This was",
            ]
        },
        {
            "mysql-8.0/workers-stopped-by-1062",
            "MySQL 8.0.36 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/No | bin.000042:4711 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for master to send event\"/\"\" | 1062 Coordinator stopped because there were error(s) in the worke",
            ]
        },
        {
            "mysql-8.4/a-fork-with-the-old-words",
            "MySQL 8.4.0 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW SLAVE STATUS, head bin.000009:107, read_only True, super none",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for master to send event\"/\"Slave has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-8.4/a-word-nobody-knows",
            "MySQL 8.4.3 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Unknown/Unknown | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-8.4/healthy-with-gtid",
            "MySQL 8.4.3 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only True, super False",
            [
                "192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | gtid on, fetched 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77, executed 5a8c3e5e-8f3d-11e6-9c5b-0242ac110002:1-77 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-8.4/no-rows",
            "MySQL 8.4.3 #1/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only False, super False",
            []
        },
        {
            "mysql-8.4/two-channels",
            "MySQL 8.4.3 #2/7c1e6f0a-8f3d-11e6-9c5b-0242ac110003: SHOW REPLICA STATUS, head bin.000009:107, read_only True, super False",
            [
                "photos: 192.0.2.1:3306 #1/5a8c | Yes/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late 00:00:00 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
                "forum: 192.0.2.9:3306 #0 | Connecting/Yes | bin.000042:812345 of bin.000042:812345 | relay 813000 | late NULL | \"Connecting to source\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-9.7/healthy",
            "MySQL 9.7.4 #2/74927b99-e6c3-11f1-a129-02fc00000001: SHOW REPLICA STATUS, head bin.000001:1154162, read_only True, super False",
            [
                "127.0.0.1:43403 #1/73c4 | Yes/Yes | bin.000002:574213 of bin.000002:574213 | relay 574700 | late 00:00:00 | gtid on, fetched 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-509, executed 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-509 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-9.7/healthy-by-position",
            "MySQL 9.7.4 #2/60239219-e6c3-11f1-8d23-02fc00000001: SHOW REPLICA STATUS, head bin.000001:1154164, read_only True, super False",
            [
                "127.0.0.1:33967 #1/6035 | Yes/Yes | bin.000002:574213 of bin.000002:574213 | relay 574700 | late 00:00:00 | gtid off, fetched 6035ee4d-e6c3-11f1-a3fd-02fc00000001:1-509, executed 6035ee4d-e6c3-11f1-a3fd-02fc00000001:1-509 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-9.7/network-cut",
            "MySQL 9.7.4 #2/74927b99-e6c3-11f1-a129-02fc00000001: SHOW REPLICA STATUS, head bin.000001:1730773, read_only True, super False",
            [
                "127.0.0.1:43403 #1/73c4 | Yes/Yes | bin.000002:1148802 of bin.000002:1148802 | relay 1149494 | late 00:00:00 | gtid on, fetched 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-762, executed 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-762 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-9.7/network-cut-noticed",
            "MySQL 9.7.4 #2/74927b99-e6c3-11f1-a129-02fc00000001: SHOW REPLICA STATUS, head bin.000001:1730773, read_only True, super False",
            [
                "127.0.0.1:43403 #1/73c4 | Connecting/Yes | bin.000002:1148802 of bin.000002:1148802 | relay 1149494 | late NULL | gtid on, fetched 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-762, executed 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-762 | \"Reconnecting after a failed source event read\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
        {
            "mysql-9.7/primary",
            "MySQL 9.7.4 #1/73c434ac-e6c3-11f1-bdfc-02fc00000001: SHOW REPLICA STATUS, head bin.000002:574213, read_only False, super False",
            []
        },
        {
            "mysql-9.7/source-away",
            "MySQL 9.7.4 #2/6addb410-e6c9-11f1-8b83-02fc00000001: SHOW REPLICA STATUS, head bin.000001:2306797, read_only True, super False",
            [
                "127.0.0.1:40835 #1/6ae1 | Connecting/Yes | bin.000002:1722817 of bin.000002:1722817 | relay 1723509 | late NULL | gtid on, fetched 6ae1803f-e6c9-11f1-9c51-02fc00000001:1-1013, executed 6ae1803f-e6c9-11f1-9c51-02fc00000001:1-1013 | \"Reconnecting after a failed source event read\"/\"Replica has read all relay log; waiting for more updates\" | 2013 Error reconnecting to source 'replication@127.0.0.1:40835'. ",
            ]
        },
        {
            "mysql-9.7/stopped-by-1062",
            "MySQL 9.7.4 #2/74927b99-e6c3-11f1-a129-02fc00000001: SHOW REPLICA STATUS, head bin.000001:1154441, read_only True, super False",
            [
                "127.0.0.1:43403 #1/73c4 | Yes/No | bin.000002:574485 of bin.000002:1148802 | relay 1149289 | late NULL | gtid on, fetched 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-762, executed 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-510 | \"Waiting for source to send event\"/\"\" | 1062 Coordinator stopped because there were error(s) in the worke",
            ]
        },
        {
            "mysql-9.7/stopped-by-hand",
            "MySQL 9.7.4 #2/74927b99-e6c3-11f1-a129-02fc00000001: SHOW REPLICA STATUS, head bin.000001:1730773, read_only True, super False",
            [
                "127.0.0.1:43403 #1/73c4 | No/No | bin.000002:1148802 of bin.000002:1148802 | relay 1149289 | late NULL | gtid on, fetched 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-762, executed 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-762 | \"\"/\"\"",
            ]
        },
        {
            "mysql-9.7/two-channels",
            "MySQL 9.7.4 #3/7440482f-e6c3-11f1-a3ca-02fc00000001: SHOW REPLICA STATUS, head bin.000001:2306795, read_only True, super False",
            [
                "127.0.0.1:41977 #1/73c4 | Yes/Yes | bin.000002:1722817 of bin.000002:1722817 | relay 1723304 | late 00:00:00 | gtid on, fetched 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-1013, executed 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-1013 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
                "second: 127.0.0.1:40283 #2/7492 | Yes/Yes | bin.000001:2306795 of bin.000001:2306795 | relay 530 | late 00:00:00 | gtid off, fetched none, executed 73c434ac-e6c3-11f1-bdfc-02fc00000001:1-1013 | \"Waiting for source to send event\"/\"Replica has read all relay log; waiting for more updates\"",
            ]
        },
    };
}
