using CsCheck;
using ProxyGuard.Core.ReadPort;
using static ProxyGuard.Core.Tests.ReadPort.Talk;

namespace ProxyGuard.Core.Tests.ReadPort;

public class ConversationTests
{
    private static readonly byte[] Row = [1, (byte)'1'];

    // A column of zeros, a binary row, one that begins as the end of a result does: each could be taken for an end.
    private static readonly byte[][] RowsLikeAnEnd = [Ok(), [0, 6, .. "abcdef"u8], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0], [0xFB], [0xFC, 0, 1, .. new byte[256]]];

    public static TheoryData<string> Ways => ["as MySQL 5.0", "without EOF"];

    [Fact]
    public void Before_the_login_is_accepted_something_is_under_way()
    {
        var nothingYet = new Conversation();
        Assert.False(nothingYet.IsIdle);
        Talk talk = Greeted();
        Assert.False(talk.IsIdle);
        Assert.False(talk.Says(Hello()).IsIdle);
        Assert.True(talk.Hears(Ok()).IsIdle);
    }

    [Theory]
    [InlineData("mysql_native_password")]
    [InlineData("authentication_ldap_sasl_client")] // these two could be read as the end of a result
    [InlineData("parsec")]
    public void Another_way_to_log_in_is_no_end(string plugin)
    {
        byte[] change = [0xFE, .. System.Text.Encoding.ASCII.GetBytes(plugin), 0, .. new byte[21]];
        Talk talk = Greeted().Says(Hello());
        Assert.False(talk.Hears(change).IsIdle);
        Assert.False(talk.Says(new byte[20]).Hears([1, 4]).IsIdle);
        Assert.True(talk.Says(new byte[256]).Hears(Ok()).IsIdle);
        Assert.False(talk.Asks(0x11, (byte)'a', 0, 0, 0).Hears(change).IsIdle); // COM_CHANGE_USER
        Assert.True(talk.Says(new byte[20]).Hears(Ok()).IsIdle);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_question_is_under_way_until_its_reply_ended(string way)
    {
        Talk talk = LoggedIn(Client(way)).Asks(Query());
        Assert.False(talk.IsIdle);
        Assert.False(talk.Hears([2]).IsIdle);
        Assert.False(talk.Hears(Column()).IsIdle);
        Assert.False(talk.Hears(Column()).IsIdle);
        if (way == "as MySQL 5.0")
            Assert.False(talk.Hears(Eof()).IsIdle);
        Assert.All(RowsLikeAnEnd, row => Assert.False(talk.Hears(row).IsIdle));
        Assert.True(talk.Hears(End(way)).IsIdle);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_result_without_rows_ends(string way)
    {
        Talk talk = LoggedIn(Client(way)).Asks(Query()).Hears([1], Column());
        if (way == "as MySQL 5.0")
            talk.Hears(Eof());
        Assert.False(talk.IsIdle);
        Assert.True(talk.Hears(End(way)).IsIdle);
    }

    [Fact]
    public void A_client_that_could_do_without_EOF_gets_it_from_an_old_server()
    {
        Talk talk = LoggedIn(DeprecateEof, server: 0xF7FF).Asks(0x16, (byte)'?').Hears(Prepared(1, 0), Column());
        Assert.False(talk.IsIdle);
        Assert.True(talk.Hears(Eof()).IsIdle);
    }

    [Fact]
    public void A_reply_that_a_slow_client_has_not_taken_is_under_way()
    {
        Talk talk = LoggedIn().Asks(Query());
        talk.About.ServerSent(Packet(1, Ok()));
        Assert.False(talk.IsIdle);
        talk.About.Delivered();
        Assert.True(talk.IsIdle);
    }

    [Theory]
    [InlineData(0x02)] // COM_INIT_DB
    [InlineData(0x07)] // COM_REFRESH
    [InlineData(0x0D)] // COM_DEBUG
    [InlineData(0x0E)] // COM_PING
    [InlineData(0x1B)] // COM_SET_OPTION
    [InlineData(0x1F)] // COM_RESET_CONNECTION
    public void What_is_answered_in_one_word_ends_with_each_of_them(byte command) =>
        Assert.All([Ok(), Eof(), OkAsEof(), Error()], end => Assert.True(LoggedIn().Asks(command).Hears(end).IsIdle));

    [Fact]
    public void A_further_result_is_under_way()
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
    public void An_open_transaction_is_under_way_also_after_an_error_in_it()
    {
        Talk talk = LoggedIn().Asks(Query("BEGIN")).Hears(Ok(0x0001 | 2));
        Assert.False(talk.IsIdle);
        Assert.False(talk.Asks(Query("SELEC 1")).Hears(Error()).IsIdle);
        Assert.False(talk.Asks(0x09).Hears([.. "Uptime: 7"u8]).IsIdle);
        Assert.True(talk.Asks(Query("COMMIT")).Hears(Ok()).IsIdle);
    }

    [Fact]
    public void Without_autocommit_a_transaction_is_open_when_the_server_says_so()
    {
        // SERVER_STATUS_AUTOCOMMIT is gone; SERVER_STATUS_IN_TRANS comes with the first table that is read.
        Talk talk = LoggedIn().Asks(Query("SET autocommit = 0")).Hears(Ok(0));
        Assert.True(talk.IsIdle);
        Assert.False(talk.Asks(Query("SELECT 1 FROM photos.members")).Hears([1], Column(), Eof(1), Eof(0x0021)).IsIdle);
        Assert.True(talk.Asks(Query("COMMIT")).Hears(Ok(0)).IsIdle);
    }

    [Fact]
    public void What_a_statistic_says_is_all_of_it()
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
    public void What_is_prepared_is_followed_by_its_definitions(string way, byte columns, byte parameters, int packets)
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
    public void Definitions_that_are_left_out_are_not_waited_for()
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
    public void Closing_a_prepared_statement_waits_for_no_answer() => Assert.True(LoggedIn().Asks(0x19, 1, 0, 0, 0).IsIdle);

    [Fact]
    public void A_parameter_that_is_sent_ahead_is_half_of_a_question()
    {
        Talk talk = LoggedIn().Asks(0x18, 1, 0, 0, 0, 0, 0, (byte)'x');
        Assert.False(talk.IsIdle);
        Assert.True(talk.Asks(Execute(1)).Hears(Ok()).IsIdle);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void An_open_cursor_is_under_way_until_its_last_row(string way)
    {
        byte[] opened = way == "as MySQL 5.0" ? Eof(0x42) : OkAsEof(0x42);
        Talk talk = LoggedIn(Client(way)).Asks(Execute(1)).Hears([1], Column(), opened);
        Assert.False(talk.IsIdle);
        Assert.False(talk.Asks(Fetch(1)).Hears([0, 0, 1, 0, 0, 0, 0, 0], way == "as MySQL 5.0" ? Eof(0x42) : OkAsEof(0x42)).IsIdle);
        Assert.False(talk.Asks(Query("DO 1")).Hears(Ok()).IsIdle);
        Assert.True(talk.Asks(Fetch(1)).Hears(way == "as MySQL 5.0" ? Eof(0x82) : OkAsEof(0xC2)).IsIdle);
    }

    [Fact]
    public void A_cursor_goes_with_its_statement()
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
    public void A_list_of_fields_ends_with_its_EOF()
    {
        Talk talk = LoggedIn().Asks([0x04, .. "members\0"u8]);
        Assert.False(talk.Hears(Column("id"), Column("name")).IsIdle);
        Assert.True(talk.Hears(Eof()).IsIdle);
    }

    [Fact]
    public void A_file_that_the_client_sends_is_no_command()
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
    public void What_never_ends_or_is_not_known_is_never_idle(byte command) =>
        Assert.False(LoggedIn().Asks(command).Hears([0, .. new byte[30]], Eof(), Ok()).IsIdle);

    [Fact]
    public void A_command_that_was_sent_ahead_is_under_way_when_the_first_is_answered()
    {
        Talk talk = LoggedIn(DeprecateEof);
        talk.About.ClientSent([.. Packet(0, [0x16, .. "SELECT SLEEP(9)"u8]), .. Packet(0, Execute(0xFFFF_FFFF))]);
        talk.Hear([.. Packet(1, Prepared(1, 0)), .. Packet(2, Column())]);
        Assert.False(talk.IsIdle);
        talk.Hear([.. Packet(1, [1]), .. Packet(2, Column()), .. Packet(3, [0, 0, 1]), .. Packet(4, OkAsEof())]);
        Assert.True(talk.IsIdle);
    }

    [Fact]
    public void A_progress_report_is_no_error()
    {
        byte[] progress = [0xFF, 0xFF, 0xFF, 1, 1, 1, 0, 0, 0, 0];
        Talk talk = LoggedIn().Asks(Query("ALTER TABLE a FORCE"));
        Assert.False(talk.Hears(progress, progress).IsIdle);
        Assert.True(talk.Hears(Ok()).IsIdle);
    }

    [Fact]
    public void The_second_part_of_a_huge_row_may_begin_like_an_end()
    {
        Talk talk = LoggedIn().Asks(Query()).Hears([1], Column(), Eof());
        Assert.False(talk.Hears([0xFE, .. new byte[0xFFFFFE]]).IsIdle);
        Assert.False(talk.Hears(Eof()).IsIdle);
        Assert.True(talk.Hears(Eof()).IsIdle);
    }

    [Fact]
    public void A_huge_question_is_one()
    {
        Talk talk = LoggedIn().Asks([3, .. new byte[0xFFFFFE]]).Says(0x0E);
        Assert.True(talk.Hears(Ok()).IsIdle);
    }

    [Fact]
    public void Out_of_step_nothing_is_idle_any_more()
    {
        Talk talk = LoggedIn().Asks(Query()).Hears([1], Column());
        talk.Hear(Packet(9, Eof()));
        Assert.False(talk.Asks(0x0E).Hears(Ok()).IsIdle);
    }

    [Fact]
    public void A_server_that_says_why_it_closes_answers_nothing() => Assert.True(Heard(LoggedIn(), Packet(0, Error(4031))).IsIdle);

    [Theory]
    [InlineData(Ssl)]
    [InlineData(Compress)]
    [InlineData(Zstd)]
    public void Of_an_encrypted_or_compressed_connection_the_last_word_counts_and_longer_quiet_is_needed(uint how)
    {
        Talk talk = Greeted().Says(Hello(how));
        Assert.False(talk.IsIdle);
        talk.Hear([22, 3, 3, 0, 1, 2]);
        Assert.True(talk.IsIdle);
        talk.About.ClientSent([1]);
        Assert.False(talk.IsIdle);
        Assert.True(talk.About.QuietUntilIdle > new Conversation().QuietUntilIdle);
    }

    [Fact]
    public void Of_an_encrypted_answer_a_full_record_is_not_the_last()
    {
        byte[] full = [23, 3, 3, 0x40, 0x11, .. new byte[0x4011]];
        byte[] last = [23, 3, 3, 0, 99, .. new byte[99]];
        Gen.Int[1, 9000].Array[1, 9].Sample(cuts =>
        {
            Talk talk = Greeted().Says(Hello(Ssl)[..32]);
            int at = 0;
            InPieces([.. full, .. last, .. full, .. full, .. last], cuts, piece =>
            {
                talk.Hear(piece);
                at += piece.Length;
                bool isAtEnd = at == full.Length + last.Length || at == 3 * full.Length + 2 * last.Length;
                Assert.Equal(isAtEnd, talk.IsIdle);
            });
        });
        Assert.False(Heard(Greeted().Says(Hello(Ssl)[..32]), full).IsIdle);
        Assert.True(Heard(Greeted().Says(Hello(Ssl)[..32]), last).IsIdle);
    }

    [Fact]
    public void A_client_from_before_4_1_is_not_followed()
    {
        Talk talk = Greeted().Says(0x05, 0x24, 0, 0, 0, (byte)'a', 0);
        talk.Hear(Packet(2, [0, 0, 0]));
        Assert.True(talk.About.QuietUntilIdle > TimeSpan.FromSeconds(1));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void However_the_bytes_are_cut_the_end_is_seen_at_its_last_byte_and_not_before(string way)
    {
        byte[][] payloads = [[2], .. Described(2, way), .. RowsLikeAnEnd, [60, .. new byte[300]], End(way)];
        byte[] reply = [.. payloads.SelectMany((payload, at) => Packet(at + 1, payload))];
        byte[] greeting = Packet(0, Greeting());
        Gen.Int[1, 40].Array[1, 60].Sample(cuts =>
        {
            var talk = new Talk();
            InPieces(greeting, cuts, piece => talk.Hear(piece));
            InPieces(Packet(1, Hello(Client(way))), cuts, piece => talk.About.ClientSent(piece));
            talk.Hear(Packet(2, Ok()));
            Assert.True(talk.IsIdle);
            InPieces(Packet(0, Query()), cuts, piece => talk.About.ClientSent(piece));
            int at = 0;
            InPieces(reply, cuts, piece =>
            {
                talk.Hear(piece);
                at += piece.Length;
                Assert.Equal(at == reply.Length, talk.IsIdle);
            });
        });
    }

    private static void InPieces(byte[] bytes, int[] cuts, Action<byte[]> take)
    {
        int at = 0;
        for (int cut = 0; at < bytes.Length; cut++)
        {
            int end = Math.Min(bytes.Length, at + cuts[cut % cuts.Length]);
            take(bytes[at..end]);
            at = end;
        }
    }

    private static Talk Heard(Talk talk, byte[] bytes)
    {
        talk.Hear(bytes);
        return talk;
    }

    private static uint Client(string way) => way == "without EOF" ? DeprecateEof : 0;

    private static byte[] End(string way) => way == "without EOF" ? OkAsEof() : Eof();

    private static IEnumerable<byte[]> Described(byte count, string way) =>
        [.. Enumerable.Repeat(Column(), count), .. count > 0 && way != "without EOF" ? (byte[][])[Eof()] : []];

    private static byte[] Execute(uint statement) => [0x17, .. BitConverter.GetBytes(statement), 1, 1, 0, 0, 0];

    private static byte[] Fetch(uint statement) => [0x1C, .. BitConverter.GetBytes(statement), 10, 0, 0, 0];
}
