using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Diagnosis;

/// <summary>The commands of each mechanism, literally, for servers of every generation.</summary>
public sealed class RemedyTests
{
    private static readonly ReplicationError Duplicate = new(
        1062,
        "Could not execute Write_rows event on table photos.t; Duplicate entry '17' for key 'PRIMARY', Error_code: 1062; the event's master log bin.000003, end_log_pos 1234");
    private static readonly ReplicationError NotFound = new(
        1032,
        "Could not execute Update_rows event on table photos.t; Can't find record in 't', Error_code: 1032; the event's master log bin.000003, end_log_pos 1234");
    private static readonly ReplicationError Damaged = new(1594, "Relay log read failure: Could not parse relay log event entry.");
    private static readonly ReplicationError Purged = new(
        1236,
        "Got fatal error 1236 from master when reading data from binary log: 'Could not find first log file name in binary log index file'");
    private static readonly ReplicationError Exists = new(
        1050, "Error 'Table 't' already exists' on query. Default database: 'photos'. Query: 'CREATE TABLE t (id INT)'");

    [Theory]
    [InlineData("MySQL 5.6.24",
        "SET GLOBAL slave_exec_mode = 'IDEMPOTENT'; START SLAVE | SHOW SLAVE STATUS | SET GLOBAL slave_exec_mode = 'STRICT'")]
    [InlineData("MariaDB 10.11.6",
        "SET GLOBAL slave_exec_mode = 'IDEMPOTENT'; START SLAVE | SHOW SLAVE STATUS | SET GLOBAL slave_exec_mode = 'STRICT'")]
    [InlineData("MySQL 8.0.22",
        "SET GLOBAL slave_exec_mode = 'IDEMPOTENT'; START REPLICA | SHOW REPLICA STATUS | SET GLOBAL slave_exec_mode = 'STRICT'")]
    [InlineData("MySQL 8.0.26",
        "SET GLOBAL replica_exec_mode = 'IDEMPOTENT'; START REPLICA | SHOW REPLICA STATUS | SET GLOBAL replica_exec_mode = 'STRICT'")]
    [InlineData("MySQL 9.7.0",
        "SET GLOBAL replica_exec_mode = 'IDEMPOTENT'; START REPLICA | SHOW REPLICA STATUS | SET GLOBAL replica_exec_mode = 'STRICT'")]
    public void A_duplicate_row_is_replaced_by_the_sources_row_in_idempotent_mode(string server, string expected) =>
        Assert.Equal(expected, Commands(SqlThread(server, Duplicate), "idempotent", "wait-until-caught-up", "strict-again"));

    [Fact]
    public void The_conflicting_row_is_inspected_on_both_servers_first()
    {
        Finding finding = SqlThread("MySQL 5.6.24", Duplicate);

        Assert.Equal(
            [
                "look-at-status", "look-at-row-by-its-key", "look-at-row-on-source", "backup-of-unknown-size", "idempotent",
                "wait-until-caught-up", "strict-again",
            ],
            finding.Steps.Select(step => step.Id));
        Assert.Equal("SELECT * FROM `photos`.`t` WHERE COLUMN_OF_PRIMARY = '17'", Commands(finding, "look-at-row-on-source"));
        Assert.Equal(["skip-transaction", "stay-idempotent", "make-replica-writable"], finding.DeadEnds);
    }

    [Theory]
    [InlineData("17", "PRIMARY", "SELECT * FROM `photos`.`t` WHERE `id` = '17'")]
    [InlineData("7-anna", "by_name", "SELECT * FROM `photos`.`t` WHERE `album` = '7' AND `name` = 'anna'")]
    [InlineData("7-anna-lena", "by_name", "SELECT * FROM `photos`.`t` WHERE ONE_CONDITION_FOR_EACH_COLUMN_OF_BY_NAME")]
    [InlineData("begi", "by_text", "SELECT * FROM `photos`.`t` WHERE COLUMN_OF_BY_TEXT = 'begi'")]
    [InlineData("17", "gone", "SELECT * FROM `photos`.`t` WHERE COLUMN_OF_GONE = '17'")]
    public void A_row_is_selected_by_its_key_columns_where_these_are_known(string entry, string key, string expected)
    {
        var examination = new NodeExamination
        {
            At = MonotonicInstant.At(0),
            Variables = ImmutableDictionary<string, string>.Empty,
            UniqueKeys =
            [
                new("photos.other", "PRIMARY", ["no"]), new("photos.t", "PRIMARY", ["id"]),
                new("photos.t", "by_name", ["album", "name"]), new("photos.t", "by_text", []),
            ],
        };
        var error = new ReplicationError(
            1062,
            $"Error 'Duplicate entry '{entry}' for key '{key}'' on query. Default database: 'photos'. Query: 'INSERT INTO t VALUES (1)'");
        Finding finding = ChannelFindings.RuleOf(
            SqlThreadErrors.All, Scenes.On("MariaDB 10.11.6") with { Examination = examination }, error);

        Assert.Equal(expected, Commands(finding, "look-at-row-on-source"));
        Assert.EndsWith(
            expected["SELECT * FROM ".Length..], finding.Steps.Single(step => step.Id == "delete-row").Commands[2],
            StringComparison.Ordinal);
        Assert.Equal(
            expected.Contains("COLUMN_OF", StringComparison.Ordinal), finding.Steps.Any(step => step.Id == "look-at-row-by-its-key"));
    }

    [Theory]
    [InlineData("db2.example.org", "ssh db2.example.org 'df -h'")]
    [InlineData("127.0.0.1", "df -h")]
    [InlineData("localhost", "df -h")]
    [InlineData("::1", "df -h")]
    public void Shell_commands_use_ssh_only_for_remote_hosts(string host, string expected) =>
        Assert.Equal(expected, Shell.On(host, "df -h"));

    [Theory]
    [InlineData("MySQL 9.7.4", "",
        "STOP REPLICA IO_THREAD; CHANGE REPLICATION SOURCE TO SOURCE_RETRY_COUNT = 86400; START REPLICA IO_THREAD")]
    [InlineData("MySQL 8.4.0", "eu",
    "STOP REPLICA IO_THREAD FOR CHANNEL 'eu'; CHANGE REPLICATION SOURCE TO SOURCE_RETRY_COUNT = 86400 FOR CHANNEL 'eu'; START REPLICA IO_THREAD FOR CHANNEL 'eu'")]
    [InlineData("MySQL 5.6.24", "", "STOP SLAVE IO_THREAD; CHANGE MASTER TO MASTER_RETRY_COUNT = 86400; START SLAVE IO_THREAD")]
    public void The_retry_count_of_a_replica_is_raised_in_its_servers_syntax(string server, string channel, string expected) =>
        Assert.Equal(expected, string.Join("; ", SettingFindings.RetryLonger(Scenes.On(server, channel: channel)).Commands));

    [Theory]
    [InlineData(ReplicationThread.No, "attempt 10/10, with a delay", "source-given-up", Confidence.Certain, "start-io-thread")]
    [InlineData(ReplicationThread.No, "attempt 1/10, with a delay", "source-given-up", Confidence.Likely, "start-io-thread")]
    [InlineData(ReplicationThread.Connecting, "attempt 3/10, with a delay", "source-unreachable", Confidence.Certain, "set-source-address")]
    public void A_replica_that_gave_up_is_distinguished_from_one_still_retrying(
        ReplicationThread io, string attempt, string code, Confidence confidence, string step)
    {
        Scene scene = Scenes.On("MySQL 9.7.4");
        ReplicationStatus status =
            scene.Channel! with
            {
                SqlThread = ReplicationThread.Yes,
                IoThread = io,
                IoError = new ReplicationError(2003, $"Error reconnecting to source 'r@db1:3306'. This was {attempt}")
            };
        Finding finding = Assert.Single(ChannelFindings.Of(scene with { Channel = status }));

        Assert.Equal((code, confidence), (finding.Code, finding.Confidence));
        Assert.Contains(step, finding.Steps.Select(one => one.Id));
    }

    [Theory]
    [InlineData("MySQL 5.5.40",
        "mysqldump --host=db1.example.org --port=3307 --single-transaction photos t | mysql --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0' photos")]
    [InlineData("MySQL 8.4.0",
        "mysqldump --host=db1.example.org --port=3307 --single-transaction --set-gtid-purged=OFF photos t | mysql --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0' photos")]
    [InlineData("MariaDB 10.3.39",
        "mysqldump --host=db1.example.org --port=3307 --single-transaction photos t | mysql --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0' photos")]
    [InlineData("MariaDB 11.8.2",
        "mariadb-dump --host=db1.example.org --port=3307 --single-transaction photos t | mariadb --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0' photos")]
    public void A_table_is_copied_with_the_programs_of_its_server(string server, string expected) =>
        Assert.Equal(expected, Commands(SqlThread(server, NotFound), "copy-table"));

    [Theory]
    [InlineData("ROW", "copy-table")]
    [InlineData("MIXED", "rebuild")]
    [InlineData("STATEMENT", "rebuild")]
    public void A_single_table_is_copied_only_under_row_based_replication(string format, string step)
    {
        var examination =
            new NodeExamination
            {
                At = MonotonicInstant.At(0),
                Variables = ImmutableDictionary<string,
                string>.Empty.Add("binlog_format", format)
            };
        Finding finding = ChannelFindings.RuleOf(
            SqlThreadErrors.All, Scenes.On("MariaDB 10.11.6") with { Examination = examination }, NotFound);

        Assert.Single(finding.Steps, one => one.Id is "copy-table" or "rebuild");
        Assert.Contains(finding.Steps, one => one.Id == step);
    }

    [Fact]
    public void The_parallel_applier_that_failed_is_diagnosed_not_one_that_stopped_because_of_it()
    {
        var stopped = new ReplicationError(3030, "Coordinator stopped because there were error(s) in the worker(s).");
        WorkerError gaveUp = new(
            "", new ReplicationError(3030, "Slave worker has stopped after at least one previous worker encountered an error"));
        Scene scene = Scenes.On("MySQL 9.7.4");
        scene = scene with
        {
            Channel = scene.Channel! with { SqlThread = ReplicationThread.No, SqlError = stopped },
            Examination =
                new NodeExamination
                {
                    At = MonotonicInstant.At(0),
                    Variables = ImmutableDictionary<string, string>.Empty,
                    WorkerErrors = [gaveUp, new("", Duplicate)]
                },
        };

        Assert.Contains("sql-duplicate-key", ChannelFindings.Of(scene).Select(finding => finding.Code));
    }

    [Fact]
    public void A_super_read_only_replica_is_made_writable_for_a_copy_and_read_only_again()
    {
        Finding finding = ChannelFindings.RuleOf(SqlThreadErrors.All, Scenes.On("MySQL 5.7.44", superReadOnly: true), NotFound);

        Assert.Equal("SET GLOBAL super_read_only = OFF", Commands(finding, "allow-copy"));
        Assert.Equal("SET GLOBAL super_read_only = ON", Commands(finding, "forbid-writes"));
    }

    [Theory]
    [InlineData("MySQL 5.6.24", false, "STOP SLAVE; CHANGE MASTER TO MASTER_LOG_FILE = 'bin.000003', MASTER_LOG_POS = 1234; START SLAVE")]
    [InlineData("MySQL 5.6.24", true, "STOP SLAVE; RESET SLAVE; CHANGE MASTER TO MASTER_AUTO_POSITION = 1; START SLAVE")]
    [InlineData("MySQL 9.7.0", false,
    "STOP REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE = 'bin.000003', SOURCE_LOG_POS = 1234; START REPLICA")]
    [InlineData("MySQL 9.7.0", true, "STOP REPLICA; RESET REPLICA; CHANGE REPLICATION SOURCE TO SOURCE_AUTO_POSITION = 1; START REPLICA")]
    [InlineData("MariaDB 10.5.23", false,
    "STOP SLAVE; CHANGE MASTER TO MASTER_LOG_FILE = 'bin.000003', MASTER_LOG_POS = 1234; START SLAVE")]
    [InlineData("MariaDB 10.5.23", true, "STOP SLAVE; START SLAVE")]
    public void A_damaged_relay_log_is_fetched_again_from_the_executed_position(string server, bool gtid, string expected) =>
        Assert.Equal(expected, Commands(SqlThread(server, Damaged, gtid), "refetch-relay-log"));

    [Theory]
    [InlineData("MySQL 5.7.44", "photos",
    "STOP SLAVE FOR CHANNEL 'photos'; CHANGE MASTER TO MASTER_LOG_FILE = 'bin.000003', MASTER_LOG_POS = 1234 FOR CHANNEL 'photos'; START SLAVE FOR CHANNEL 'photos'")]
    [InlineData("MySQL 8.4.0", "photos",
    "STOP REPLICA FOR CHANNEL 'photos'; CHANGE REPLICATION SOURCE TO SOURCE_LOG_FILE = 'bin.000003', SOURCE_LOG_POS = 1234 FOR CHANNEL 'photos'; START REPLICA FOR CHANNEL 'photos'")]
    [InlineData("MariaDB 10.11.6", "photos",
    "STOP SLAVE 'photos'; CHANGE MASTER 'photos' TO MASTER_LOG_FILE = 'bin.000003', MASTER_LOG_POS = 1234; START SLAVE 'photos'")]
    public void A_channel_is_named_in_its_servers_syntax(string server, string channel, string expected) =>
        Assert.Equal(
            expected,
            Commands(ChannelFindings.RuleOf(SqlThreadErrors.All, Scenes.On(server, channel: channel), Damaged), "refetch-relay-log"));

    [Theory]
    [InlineData("MySQL 5.6.24", false, "STOP SLAVE; RESET SLAVE; RESET MASTER",
    "mysqldump --host=db1.example.org --port=3307 --all-databases --single-transaction --routines --events --triggers --master-data=1 | mysql --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0'", "rebuild-physically")]
    [InlineData("MySQL 8.0.16", true, "STOP SLAVE; RESET SLAVE; RESET MASTER",
    "mysqldump --host=db1.example.org --port=3307 --all-databases --single-transaction --routines --events --triggers --set-gtid-purged=ON | mysql --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0'", "rebuild-physically")]
    [InlineData("MySQL 8.4.0", false, "STOP REPLICA; RESET REPLICA; RESET BINARY LOGS AND GTIDS",
    "mysqldump --host=db1.example.org --port=3307 --all-databases --single-transaction --routines --events --triggers --source-data=1 | mysql --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0'", "rebuild-by-clone")]
    [InlineData("MariaDB 10.11.6", true, "STOP SLAVE; RESET SLAVE; RESET MASTER",
    "mariadb-dump --host=db1.example.org --port=3307 --all-databases --single-transaction --routines --events --triggers --gtid --master-data=1 | mariadb --host=db2.example.org --port=3306 --init-command='SET SESSION sql_log_bin = 0'", "rebuild-physically")]
    public void A_replica_is_rebuilt_by_a_piped_dump(string server, bool gtid, string prepare, string rebuild, string faster)
    {
        Finding finding = ChannelFindings.RuleOf(IoThreadErrors.All, Scenes.On(server, gtid), Purged);

        Assert.Equal("source-log-purged", finding.Code);
        Assert.Equal(prepare, Commands(finding, "prepare-rebuild"));
        Assert.Equal(rebuild, Commands(finding, "rebuild"));
        Assert.Contains(faster, finding.Steps.Select(step => step.Id));
    }

    [Theory]
    [InlineData("MySQL 5.6.24", false, "STOP SLAVE; SET GLOBAL sql_slave_skip_counter = 1; START SLAVE")]
    [InlineData("MySQL 9.7.0", false, "STOP REPLICA; SET GLOBAL sql_replica_skip_counter = 1; START REPLICA")]
    [InlineData("MySQL 5.6.24", true, "STOP SLAVE; SET GTID_NEXT = 'THE_GTID'; BEGIN; COMMIT; SET GTID_NEXT = 'AUTOMATIC'; START SLAVE")]
    [InlineData("MariaDB 10.5.23", true, "STOP SLAVE; SET GLOBAL sql_slave_skip_counter = 1; START SLAVE")]
    public void Only_the_already_applied_DDL_statement_is_skipped(string server, bool gtid, string expected) =>
        Assert.Equal(expected, Commands(SqlThread(server, Exists, gtid), "skip-statement"));

    [Theory]
    [InlineData("MySQL 5.7.44", "STOP SLAVE; CHANGE MASTER TO MASTER_SSL = 1; START SLAVE")]
    [InlineData("MySQL 8.0.19", "STOP SLAVE; CHANGE MASTER TO GET_MASTER_PUBLIC_KEY = 1; START SLAVE")]
    [InlineData("MySQL 9.7.0", "STOP REPLICA; CHANGE REPLICATION SOURCE TO GET_SOURCE_PUBLIC_KEY = 1; START REPLICA")]
    [InlineData("MariaDB 11.8.2", "STOP SLAVE; CHANGE MASTER TO MASTER_SSL = 1; START SLAVE")]
    public void A_caching_sha2_password_account_gets_TLS_or_the_servers_public_key(string server, string expected)
    {
        var error = new ReplicationError(
            2061, "Authentication plugin 'caching_sha2_password' reported error: Authentication requires secure connection.");
        Finding finding = ChannelFindings.RuleOf(IoThreadErrors.All, Scenes.On(server), error);

        Assert.Equal(expected, Commands(finding, "allow-public-key", "encrypt-connection"));
    }

    [Theory]
    [InlineData("MySQL 5.5.62", "SET GLOBAL read_only = ON", "SHOW MASTER STATUS", "REPLICATION CLIENT", "FLUSH HOSTS")]
    [InlineData("MySQL 5.7.44", "SET GLOBAL super_read_only = ON", "SHOW MASTER STATUS", "REPLICATION CLIENT", "FLUSH HOSTS")]
    [InlineData("MySQL 8.0.40", "SET GLOBAL super_read_only = ON", "SHOW MASTER STATUS", "REPLICATION CLIENT",
    "TRUNCATE TABLE performance_schema.host_cache")]
    [InlineData("MySQL 8.4.0", "SET GLOBAL super_read_only = ON", "SHOW BINARY LOG STATUS", "REPLICATION CLIENT",
    "TRUNCATE TABLE performance_schema.host_cache")]
    [InlineData("MariaDB 10.4.30", "SET GLOBAL read_only = ON", "SHOW MASTER STATUS", "REPLICATION CLIENT", "FLUSH HOSTS")]
    [InlineData("MariaDB 10.5.23", "SET GLOBAL read_only = ON", "SHOW MASTER STATUS", "BINLOG MONITOR, SLAVE MONITOR", "FLUSH HOSTS")]
    public void Commands_follow_the_syntax_of_each_server_version(
        string server, string readOnly, string head, string privileges, string unblock)
    {
        var words = new ServerCommands(Scenes.Server(server));

        Assert.Equal([readOnly, head, privileges, unblock], [words.ForbidWrites, words.Head, words.GuardPrivileges, .. words.UnblockHosts]);
    }

    private static Finding SqlThread(string server, ReplicationError error, bool gtid = false) =>
        ChannelFindings.RuleOf(SqlThreadErrors.All, Scenes.On(server, gtid), error);

    private static string Commands(Finding finding, params string[] steps) =>
        string.Join(" | ", finding.Steps.Where(step => steps.Contains(step.Id)).Select(step => string.Join("; ", step.Commands)));
}
