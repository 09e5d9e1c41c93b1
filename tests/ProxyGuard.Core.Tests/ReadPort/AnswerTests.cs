using static ProxyGuard.Core.Tests.ReadPort.Talk;

namespace ProxyGuard.Core.Tests.ReadPort;

/// <summary>What each command is answered with, and when that is all of it.</summary>
public class AnswerTests
{
    private static readonly byte[] Row = [1, (byte)'1'];

    public static TheoryData<string> Ways => Talk.Ways;

    [Theory]
    [InlineData(0x02)] // COM_INIT_DB
    [InlineData(0x07)] // COM_REFRESH
    [InlineData(0x0D)] // COM_DEBUG
    [InlineData(0x0E)] // COM_PING
    [InlineData(0x1B)] // COM_SET_OPTION
    [InlineData(0x1F)] // COM_RESET_CONNECTION
    public void A_single_packet_reply_ends_with_OK_EOF_or_an_error(byte command) =>
        Assert.All([Ok(), Eof(), OkAsEof(), Error()], end => Assert.True(LoggedIn().Asks(command).Hears(end).IsIdle));

    [Fact]
    public void A_connection_is_busy_until_the_last_of_several_results()
    {
        const int More = 0x0008 | 2;
        Talk talk = LoggedIn().Asks(Query("CALL photos.two_results()"));
        Assert.False(talk.Hears([1], Column(), Eof(More), Row, Eof(More)).IsIdle);
        Assert.False(talk.Hears([1], Column(), Eof(More), Row, Eof(More)).IsIdle);
        Assert.True(talk.Hears(Ok()).IsIdle);
        Assert.False(talk.Asks(Query("DO 1; SELEC 1")).Hears(Ok(More)).IsIdle);
        Assert.True(talk.Hears(Error()).IsIdle);
    }

    [Fact]
    public void An_open_transaction_is_busy_even_after_an_error_in_it()
    {
        Talk talk = LoggedIn().Asks(Query("BEGIN")).Hears(Ok(0x0001 | 2));
        Assert.False(talk.IsIdle);
        Assert.False(talk.Asks(Query("SELEC 1")).Hears(Error()).IsIdle);
        Assert.False(talk.Asks(0x09).Hears([.. "Uptime: 7"u8]).IsIdle);
        Assert.True(talk.Asks(Query("COMMIT")).Hears(Ok()).IsIdle);
    }

    [Fact]
    public void A_transaction_without_autocommit_is_open_once_the_server_reports_it()
    {
        // SERVER_STATUS_AUTOCOMMIT is gone; SERVER_STATUS_IN_TRANS comes with the first table that is read.
        Talk talk = LoggedIn().Asks(Query("SET autocommit = 0")).Hears(Ok(0));
        Assert.True(talk.IsIdle);
        Assert.False(talk.Asks(Query("SELECT 1 FROM photos.members")).Hears([1], Column(), Eof(1), Eof(0x0021)).IsIdle);
        Assert.True(talk.Asks(Query("COMMIT")).Hears(Ok(0)).IsIdle);
    }

    [Fact]
    public void A_COM_STATISTICS_reply_is_a_single_packet()
    {
        Talk talk = LoggedIn().Asks(0x09);
        Assert.False(talk.IsIdle);
        Assert.True(talk.Hears([.. "Uptime: 4711  Threads: 1  Questions: 2"u8]).IsIdle);
    }

    [Theory]
    [InlineData("as MySQL 5.0", 0, 0, 0)]
    [InlineData("as MySQL 5.0", 1, 0, 2)]
    [InlineData("as MySQL 5.0", 0, 2, 3)]
    [InlineData("as MySQL 5.0", 1, 2, 5)]
    [InlineData("without EOF", 0, 0, 0)]
    [InlineData("without EOF", 1, 0, 1)]
    [InlineData("without EOF", 0, 2, 2)]
    [InlineData("without EOF", 1, 2, 3)]
    public void A_prepare_reply_ends_after_its_parameter_and_column_definitions(string way, byte columns, byte parameters, int packets)
    {
        Talk talk = LoggedIn(Client(way)).Asks([0x16, .. "SELECT ?, ?"u8]);
        byte[][] definitions = [.. Described(parameters, way), .. Described(columns, way)];
        Assert.Equal(packets, definitions.Length);
        talk.Hears(Prepared(columns, parameters));
        foreach (byte[] definition in definitions)
        {
            Assert.False(talk.IsIdle);
            talk.Hears(definition);
        }

        Assert.True(talk.IsIdle);
    }

    [Fact]
    public void Omitted_column_definitions_are_not_waited_for()
    {
        // CLIENT_OPTIONAL_RESULTSET_METADATA: one byte more says that none follow.
        Assert.True(LoggedIn().Asks(0x16, (byte)'?').Hears([.. Prepared(3, 2), 0]).IsIdle);
        Assert.False(LoggedIn().Asks(0x16, (byte)'?').Hears([.. Prepared(3, 2), 1]).IsIdle);
        // MARIADB_CLIENT_CACHE_METADATA: the client knows them from the last time.
        Assert.True(LoggedIn(DeprecateEof).Asks(Execute(1)).Hears([2, 0], [0, 0, 5, 6], OkAsEof()).IsIdle);
        Assert.True(LoggedIn().Asks(Execute(1)).Hears([2, 0], Eof(), [0, 0, 5, 6], Eof()).IsIdle);
        Assert.True(LoggedIn().Asks(Execute(1)).Hears([1, 1], Column(), Eof(), [0, 0, 5], Eof()).IsIdle);
    }

    [Fact]
    public void Closing_a_prepared_statement_expects_no_reply() => Assert.True(LoggedIn().Asks(0x19, 1, 0, 0, 0).IsIdle);

    [Fact]
    public void A_connection_is_busy_after_long_data_until_the_statement_is_executed()
    {
        Talk talk = LoggedIn().Asks(0x18, 1, 0, 0, 0, 0, 0, (byte)'x');
        Assert.False(talk.IsIdle);
        Assert.True(talk.Asks(Execute(1)).Hears(Ok()).IsIdle);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_open_cursor_is_busy_until_its_last_row(string way)
    {
        byte[] opened = way == "as MySQL 5.0" ? Eof(0x42) : OkAsEof(0x42);
        Talk talk = LoggedIn(Client(way)).Asks(Execute(1)).Hears([1], Column(), opened);
        Assert.False(talk.IsIdle);
        Assert.False(talk.Asks(Fetch(1)).Hears([0, 0, 1, 0, 0, 0, 0, 0], way == "as MySQL 5.0" ? Eof(0x42) : OkAsEof(0x42)).IsIdle);
        Assert.False(talk.Asks(Query("DO 1")).Hears(Ok()).IsIdle);
        Assert.True(talk.Asks(Fetch(1)).Hears(way == "as MySQL 5.0" ? Eof(0x82) : OkAsEof(0xC2)).IsIdle);
    }

    [Fact]
    public void A_cursor_ends_with_its_statement()
    {
        Assert.True(WithCursor().Asks(0x19, 1, 0, 0, 0).IsIdle); // COM_STMT_CLOSE
        Assert.False(WithCursor().Asks(0x19, 2, 0, 0, 0).IsIdle);
        Assert.True(WithCursor().Asks(0x1A, 1, 0, 0, 0).Hears(Ok()).IsIdle); // COM_STMT_RESET
        Assert.True(WithCursor().Asks(0x1F).Hears(Ok()).IsIdle); // COM_RESET_CONNECTION
        Assert.True(WithCursor().Asks(Execute(1)).Hears(Ok()).IsIdle);
        Assert.True(WithCursor().Asks(Fetch(1)).Hears(Error()).IsIdle);

        static Talk WithCursor() => LoggedIn().Asks(Execute(1)).Hears([1], Column(), Eof(0x42));
    }

    [Fact]
    public void A_field_list_ends_with_EOF()
    {
        Talk talk = LoggedIn().Asks([0x04, .. "members\0"u8]);
        Assert.False(talk.Hears(Column("id"), Column("name")).IsIdle);
        Assert.True(talk.Hears(Eof()).IsIdle);
    }

    [Fact]
    public void A_LOAD_DATA_LOCAL_file_is_not_parsed_as_commands()
    {
        Talk talk = LoggedIn().Asks(Query("LOAD DATA LOCAL INFILE 'a' INTO TABLE b")).Hears([0xFB, (byte)'a']);
        Assert.False(talk.IsIdle);
        for (int part = 0; part < 600; part++) // the number comes by 0 twice
            Assert.False(talk.Says(0x0E, 0x03).IsIdle);
        Assert.False(talk.Says().IsIdle);
        Assert.True(talk.Hears(Ok()).IsIdle);
        Assert.True(talk.Asks(0x0E).Hears(Ok()).IsIdle);
    }

    [Theory]
    [InlineData(0x12)] // COM_BINLOG_DUMP: its events begin as an OK does
    [InlineData(0x1E)] // COM_BINLOG_DUMP_GTID
    [InlineData(0xFE)] // MariaDB's COM_MULTI
    public void An_endless_or_unknown_command_never_becomes_idle(byte command) =>
        Assert.False(LoggedIn().Asks(command).Hears([0, .. new byte[30]], Eof(), Ok()).IsIdle);

    [Fact]
    public void A_pipelined_command_is_pending_after_the_first_reply()
    {
        Talk talk = LoggedIn(DeprecateEof);
        talk.About.ClientSent([.. Packet(0, [0x16, .. "SELECT SLEEP(9)"u8]), .. Packet(0, Execute(0xFFFF_FFFF))]);
        talk.Hear([.. Packet(1, Prepared(1, 0)), .. Packet(2, Column())]);
        Assert.False(talk.IsIdle);
        talk.Hear([.. Packet(1, [1]), .. Packet(2, Column()), .. Packet(3, [0, 0, 1]), .. Packet(4, OkAsEof())]);
        Assert.True(talk.IsIdle);
    }

    private static byte[] Execute(uint statement) => [0x17, .. BitConverter.GetBytes(statement), 1, 1, 0, 0, 0];

    private static byte[] Fetch(uint statement) => [0x1C, .. BitConverter.GetBytes(statement), 10, 0, 0, 0];
}
