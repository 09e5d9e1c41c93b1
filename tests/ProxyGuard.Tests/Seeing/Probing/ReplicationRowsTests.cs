using ProxyGuard.Core.Replication;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Tests.Seeing.Probing;

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
    public void Statements_follow_the_dialect_of_the_server_version(string version, string name, string replication, string head)
    {
        ServerVersion server = ServerVersion.Parse(version);

        Assert.Equal(name, server.ToString());
        Assert.Equal(replication, Dialect.For(server).ReplicationStatus);
        Assert.Equal(head, Dialect.For(server).Head);
    }

    [Theory]
    [InlineData("11.8.2-MariaDB", "server_id, read_only")]
    [InlineData("5.5.62", "server_id, read_only")]
    [InlineData("5.6.24-log", "server_id, read_only, server_uuid")]
    [InlineData("5.7.7-rc", "server_id, read_only, server_uuid")]
    [InlineData("5.7.8-rc", "server_id, read_only, server_uuid, super_read_only")]
    [InlineData("9.7.0", "server_id, read_only, server_uuid, super_read_only")]
    public void Only_settings_the_server_version_has_are_queried(string version, string settings) =>
        Assert.Equal(
            settings,
            string.Join(", ", Dialect.For(ServerVersion.Parse(version)).Settings["SELECT ".Length..].Split(", ")
                .Select(setting => setting.Split(" AS ")[1])));

    [Fact]
    public void The_replication_status_is_queried_before_the_head()
    {
        Dialect dialect = Dialect.For(ServerVersion.Parse("8.4.0"));

        Assert.Equal([dialect.Settings, dialect.ReplicationStatus, dialect.Head, dialect.Passing], dialect.Tick);
    }

    // The words with "replica" came with MySQL 8.0.26; before 5.5 these variables can only be shown.
    [Theory]
    [InlineData("9.7.0", "log_replica_updates", "log_slave_updates", "SHOW")]
    [InlineData("5.6.24", "log_slave_updates", "SHOW", null)]
    [InlineData("5.0.96", "log_slave_updates", "SHOW", null)]
    [InlineData("10.11.6-MariaDB", "gtid_binlog_pos", "log_slave_updates", "SHOW")]
    public void Replication_settings_are_queried_by_known_variables_with_SHOW_as_fallback(
        string version, string first, string second, string? third)
    {
        Dialect? dialect = Dialect.For(ServerVersion.Parse(version));
        foreach (string? words in (string?[])[first, second, third])
        {
            Assert.Equal(words is null, dialect is null);
            if (dialect is null)
                return;
            Assert.Contains(words!, dialect.Passing, StringComparison.Ordinal);
            Assert.True(words == "SHOW" == dialect.Passing.StartsWith("SHOW GLOBAL VARIABLES WHERE", StringComparison.Ordinal));
            dialect = dialect.Without(dialect.Passing);
        }

        Assert.Null(dialect);
    }

    [Theory]
    [InlineData("log_slave_updates=1 slave_skip_errors=OFF slave_exec_mode=STRICT binlog_format=ROW", true, null, false, null, true, null)]
    [InlineData("log_replica_updates=0 replica_skip_errors=ALL replica_exec_mode=IDEMPOTENT binlog_format=MIXED", false, "ALL", true, null,
    false, null)]
    [InlineData("log_slave_updates=ON slave_skip_errors=1032,1062 slave_exec_mode=Idempotent", true, "1032,1062", true, null, false, null)]
    [InlineData("gtid_binlog_pos=0-1-5 replicate_events_marked_for_skip=REPLICATE", null, null, false, null, false, "0-1-5")]
    [InlineData("gtid_binlog_pos= replicate_events_marked_for_skip=FILTER_ON_MASTER", null, null, false, "FILTER_ON_MASTER", false, null)]
    public void Replication_settings_are_read_alike_from_one_row_and_from_many(
        string variables, bool? logs, string? skips, bool idempotent, string? marked, bool rows, string? gtids)
    {
        (string Name, string Value)[] said =
            [.. variables.Split(' ').Select(variable => variable.Split('=')).Select(parts => (parts[0], parts[1]))];
        var expected =
            new ReplicationSettings
            {
                LogsApplied = logs,
                SkippedErrors = skips,
                IsIdempotent = idempotent,
                SkipsMarked = marked,
                LogsRows = rows,
                BinlogGtids = gtids
            };

        Assert.Equal(
            expected,
            ReplicationRows.Passing(
                RecordedAnswers.Row(said.ToDictionary(one => one.Name, string? (one) => one.Value)), ReplicationSettings.Unsaid));
        Assert.Equal(expected, said.Aggregate(ReplicationSettings.Unsaid, (known, one) =>
            ReplicationRows.Passing(
                RecordedAnswers.Row(new Dictionary<string, string?> { ["Variable_name"] = one.Name, ["Value"] = one.Value }), known)));
    }

    [Fact]
    public void Binlog_filters_are_read_from_the_master_status() => Assert.Equal(
        ["Binlog_Ignore_DB=logs,test"],
        ReplicationRows.BinlogFilters(
            RecordedAnswers.Row(new Dictionary<string,
                string?>
            {
                ["File"] = "bin.000001",
                ["Binlog_Do_DB"] = "",
                ["Binlog_Ignore_DB"] = "logs,test",
                ["Executed_Gtid_Set"] = ""
            })));

    [Theory]
    [InlineData("8.4.0", "SHOW REPLICA STATUS", "SHOW SLAVE STATUS")]
    [InlineData("8.0.36", "SHOW SLAVE STATUS", "SHOW REPLICA STATUS")]
    [InlineData("10.6.1-MariaDB", "SHOW ALL SLAVES STATUS", "SHOW SLAVE STATUS")]
    public void A_statement_unknown_to_the_server_is_replaced_and_never_repeated(string version, string unknown, string instead)
    {
        Dialect dialect = Dialect.For(ServerVersion.Parse(version)).Without(unknown)!;

        Assert.Equal(instead, dialect.ReplicationStatus);
        Assert.NotEqual(unknown, dialect.Without(instead)!.ReplicationStatus);
        Assert.Null(dialect.Without(instead)!.Without(dialect.Without(instead)!.ReplicationStatus));
    }

    [Fact]
    public void Missing_columns_and_unknown_words_never_count_as_running()
    {
        ReplicationStatus status = Channel(("Slave_IO_Running", "Perhaps"), ("Slave_SQL_Running", null))!;

        Assert.Equal((ReplicationThread.Unknown, ReplicationThread.Unknown), (status.IoThread, status.SqlThread));
        Assert.Null(status.Executed);
        Assert.Null(status.RelayLogBytes);
    }

    [Fact]
    public void A_status_row_with_an_empty_source_host_is_not_a_channel()
    {
        Assert.Null(Channel(("Master_Host", "")));
        Assert.NotNull(Channel(("Master_Host", null)));
        Assert.NotNull(Channel(("Slave_IO_Running", "Yes")));
    }

    [Theory]
    [InlineData("0", false)]
    [InlineData("OFF", false)]
    [InlineData("1", true)]
    [InlineData("ON", true)]
    [InlineData("NO_LOCK_NO_ADMIN", null)]
    [InlineData(null, null)]
    public void A_boolean_variable_is_off_only_if_the_server_says_so(string? value, bool? isOn) =>
        Assert.Equal(isOn, RecordedAnswers.Row(new Dictionary<string, string?> { ["read_only"] = value }).Switch("read_only"));

    // Texts of MySQL 5.7 and 8; https://dev.mysql.com/doc/mysql-errors/8.4/en/server-error-reference.html
    [Theory]
    [InlineData(1236, "Got fatal error 1236 from master when reading data from binary log: 'x'", 1236)]
    [InlineData(13114, "Got fatal error 1236 from source when reading data from binary log: 'x'", 1236)]
    [InlineData(1756, "... The slave coordinator and worker threads are stopped. Worker 3 failed executing transaction; Error_code: 1032; handler error", 1032)]
    [InlineData(13124, "Worker 3 failed executing transaction; Duplicate entry '7' for key 'PRIMARY', Error_code: MY-001062; handler error",
    1062)]
    [InlineData(13124, "Error_code: MY-013146", 13146)]
    [InlineData(13121, "Relay log read failure: Could not parse relay log event entry. Error_code: 0", 13121)]
    [InlineData(1756, "... The slave coordinator and worker threads are stopped, possibly leaving data in inconsistent state.", 1756)]
    [InlineData(1062, "Error 'Duplicate entry 'Error_code: 1032' for key 'PRIMARY'' on query.", 1062)]
    public void A_wrapping_error_takes_the_number_of_the_error_it_wraps(int number, string text, int known) =>
        Assert.Equal(
            new ReplicationError(known, text),
            Channel(("Master_Host", "db1"), ("Last_SQL_Errno", $"{number}"), ("Last_SQL_Error", text))!.SqlError);

    [Theory]
    [InlineData("2026-11-22T17:40:00.001230", "2026-11-22T17:40:00.0012300")]
    [InlineData("2026-11-22T17:40:00", "2026-11-22T17:40:00.0000000")]
    [InlineData("2026-11-22 17:40:00.5", "2026-11-22T17:40:00.5000000")]
    [InlineData("0000-00-00 00:00:00", null)]
    [InlineData("now", null)]
    [InlineData(null, null)]
    public void A_heartbeat_without_a_valid_timestamp_is_ignored(string? ts, string? written) =>
        Assert.Equal(
            written,
            HeartbeatQuestion.Row(
                RecordedAnswers.Row(new Dictionary<string, string?> { ["server_id"] = "1", ["ts"] = ts }))?.WrittenAt.ToString("O"));

    private static ReplicationStatus? Channel(params (string Name, string? Value)[] columns) =>
        ReplicationRows.Channel(RecordedAnswers.Row(columns.ToDictionary(column => column.Name, column => column.Value)));

    [Theory]
    [InlineData("Source_Retry_Count", "10", "60", 600)]
    [InlineData("Master_Retry_Count", "86400", "1", 86_400)]
    [InlineData("Master_Retry_Count", "0", "60", null)]
    [InlineData("Master_Retry_Count", "18446744073709551615", "60", null)]
    [InlineData("Source_Retry_Count", "10", null, null)]
    [InlineData("Of_MariaDb_Nothing", "10", "60", null)]
    public void The_retry_period_of_a_replica_is_retry_count_times_connect_retry(string column, string count, string? pause, int? seconds)
    {
        StatusRow row = RecordedAnswers.Row(
            new Dictionary<string, string?> { ["Master_Host"] = "db1", [column] = count, ["Connect_Retry"] = pause });

        Assert.Equal(seconds is { } known ? TimeSpan.FromSeconds(known) : null, ReplicationRows.Channel(row)!.GivesUpAfter);
    }
}
