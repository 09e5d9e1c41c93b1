using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Seeing.Examination;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Tests.Seeing.Probing;

namespace ProxyGuard.Tests.Seeing.Examination;

public class ExaminationRowsTests
{
    // As MySQL 5.6.24 and 9.7.4 and MariaDB 10.5.23 to 11.8.6 showed them, but for the last two of MariaDB 10.3.
    [Theory]
    [InlineData("system user", "Connect", "Connecting to master", true, false)]
    [InlineData("system user", "Connect", "Waiting for master to send event", true, false)]
    [InlineData("system user", "Connect", "Reconnecting after a failed registration on master", true, false)]
    [InlineData("system user", "Slave_IO", "Waiting for master to send event", true, false)]
    [InlineData("system user", "Connect", "Waiting for source to send event", true, false)]
    [InlineData("system user", "Connect", "Slave has read all relay log; waiting for the slave I/O thread to update it", true, true)]
    [InlineData("system user", "Slave_SQL", "Slave has read all relay log; waiting for more updates", true, true)]
    [InlineData("system user", "Slave_worker", "Update_rows_log_event::find_row()", true, true)]
    [InlineData("system user", "Query", "Replica has read all relay log; waiting for more updates", true, true)]
    [InlineData("system user", "Connect", "Waiting for an event from Coordinator", true, true)]
    [InlineData("event_scheduler", "Daemon", "Waiting on empty queue", false, false)]
    [InlineData("app", "Query", "Sending data", false, false)]
    [InlineData("system user", "Daemon", "InnoDB purge worker", false, false)]
    [InlineData("system user", "Daemon", "", false, false)]
    public void Applier_threads_are_distinguished_from_receivers_and_other_threads(
        string user, string command, string state, bool isOfTheServer, bool isApplier)
    {
        ThreadRow thread = Thread(user, command, state, "7", null);

        Assert.Equal((isOfTheServer, isApplier), (thread.IsOfTheServer, thread.IsApplier));
        Assert.Equal(new ApplierActivity(state, null, TimeSpan.FromSeconds(7)), thread.Activity);
    }

    [Theory]
    [InlineData("18446744073709551615", 0)]
    [InlineData("-1", 0)]
    [InlineData(null, 0)]
    [InlineData("4294967295", 4_294_967_295)]
    public void An_impossible_thread_time_counts_as_zero(string? time, long seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Thread("system user", "Connect", "", time, "UPDATE photos SET seen = 1").Activity.For);

    [Theory]
    [InlineData("GRANT PROCESS, REPLICATION CLIENT ON *.* TO 'g'@'%' IDENTIFIED BY PASSWORD", true)]
    [InlineData("GRANT PROCESS, BINLOG MONITOR ON *.* TO `g`@`%` IDENTIFIED BY PASSWORD '*D8'", true)]
    [InlineData("GRANT SELECT, PROCESS ON *.* TO `g`@`%`", true)]
    [InlineData("GRANT PROCESS ON *.* TO `g`@`%`", true)]
    [InlineData("GRANT ALL PRIVILEGES ON *.* TO `root`@`localhost` WITH GRANT OPTION", true)]
    [InlineData("GRANT REPLICATION CLIENT ON *.* TO `PROCESS`@`%`", false)]
    [InlineData("GRANT ALL PRIVILEGES ON `photos`.* TO `g`@`%`", false)]
    [InlineData("GRANT USAGE ON *.* TO `g`@`%`", false)]
    [InlineData("GRANT `monitors`@`%` TO `g`@`%`", false)]
    public void A_grant_shows_whether_other_sessions_are_visible(string grant, bool shows) =>
        Assert.Equal(shows, ExaminationRows.ShowsThreads(grant));

    [Fact]
    public void Variable_names_are_read_in_lower_case() =>
        Assert.Equal(
            ("gtid_mode", "ON"),
            ServerRows.Variable(RecordedAnswers.Row(
                new Dictionary<string, string?> { ["Variable_name"] = "GTID_MODE", ["Value"] = "ON" })));

    [Fact]
    public void A_table_is_named_with_its_database()
    {
        StatusRow row = RecordedAnswers.Row(
            new Dictionary<string, string?> { ["in_schema"] = "photos", ["in_table"] = "comments", ["bytes"] = null });

        Assert.Equal(("photos.comments", 0L), ExaminationRows.Table(row));
    }

    [Fact]
    public void A_key_lists_its_columns_in_order_or_none_if_it_has_a_prefix_part()
    {
        KeyPart[] parts =
            [Part("PRIMARY", "album", null), Part("PRIMARY", "name", null), Part("by_text", "text", "5"), Part("by_year", null, null)];

        Assert.Equal(
            ["photos.t PRIMARY album,name", "photos.t by_text ", "photos.t by_year "],
            ExaminationRows.UniqueKeys(parts).Select(key => $"{key.Table} {key.Name} {string.Join(',', key.Columns)}"));
    }

    private static KeyPart Part(string key, string? column, string? onlyFirst) => ExaminationRows.KeyPartOf(RecordedAnswers.Row(
        new Dictionary<string,
            string?>
        {
            ["in_schema"] = "photos",
            ["in_table"] = "t",
            ["in_key"] = key,
            ["in_column"] = column,
            ["only_first"] = onlyFirst
        }));

    private static ThreadRow Thread(string user, string command, string state, string? time, string? info) =>
        ExaminationRows.Thread(
            RecordedAnswers.Row(new Dictionary<string,
                string?>
            { ["User"] = user, ["Command"] = command, ["State"] = state, ["Time"] = time, ["Info"] = info }));
}
