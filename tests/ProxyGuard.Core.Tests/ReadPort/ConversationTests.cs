using CsCheck;
using ProxyGuard.Core.ReadPort;
using static ProxyGuard.Core.Tests.ReadPort.Talk;

namespace ProxyGuard.Core.Tests.ReadPort;

public class ConversationTests
{
    // A column of zeros, a binary row, one that begins as the end of a result does: each could be taken for an end.
    private static readonly byte[][] RowsLikeAnEnd =
        [Ok(), [0, 6, .. "abcdef"u8], [0, 0, 1, 0, 0, 0, 0, 0, 0, 0], [0], [0xFB], [0xFC, 0, 1, .. new byte[256]]];

    public static TheoryData<string> Ways => Talk.Ways;

    [Fact]
    public void A_connection_is_busy_until_the_login_is_accepted()
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
    public void An_authentication_switch_is_not_the_end_of_the_login(string plugin)
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
    public void A_query_is_pending_until_its_reply_ends(string way)
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
    public void An_empty_result_set_ends_the_reply(string way)
    {
        Talk talk = LoggedIn(Client(way)).Asks(Query()).Hears([1], Column());
        if (way == "as MySQL 5.0")
            talk.Hears(Eof());
        Assert.False(talk.IsIdle);
        Assert.True(talk.Hears(End(way)).IsIdle);
    }

    [Fact]
    public void EOF_is_expected_from_an_old_server_even_if_the_client_deprecates_it()
    {
        Talk talk = LoggedIn(DeprecateEof, server: 0xF7FF).Asks(0x16, (byte)'?').Hears(Prepared(1, 0), Column());
        Assert.False(talk.IsIdle);
        Assert.True(talk.Hears(Eof()).IsIdle);
    }

    [Fact]
    public void A_reply_is_pending_until_the_client_has_received_it()
    {
        Talk talk = LoggedIn().Asks(Query());
        talk.About.ServerSent(Packet(1, Ok()));
        Assert.False(talk.IsIdle);
        talk.About.Delivered();
        Assert.True(talk.IsIdle);
    }

    [Fact]
    public void A_progress_report_is_not_an_error()
    {
        byte[] progress = [0xFF, 0xFF, 0xFF, 1, 1, 1, 0, 0, 0, 0];
        Talk talk = LoggedIn().Asks(Query("ALTER TABLE a FORCE"));
        Assert.False(talk.Hears(progress, progress).IsIdle);
        Assert.True(talk.Hears(Ok()).IsIdle);
    }

    [Fact]
    public void The_continuation_of_a_16_MB_row_is_not_taken_for_an_EOF()
    {
        Talk talk = LoggedIn().Asks(Query()).Hears([1], Column(), Eof());
        Assert.False(talk.Hears([0xFE, .. new byte[0xFFFFFE]]).IsIdle);
        Assert.False(talk.Hears(Eof()).IsIdle);
        Assert.True(talk.Hears(Eof()).IsIdle);
    }

    [Fact]
    public void A_query_split_over_two_packets_is_one_command()
    {
        Talk talk = LoggedIn().Asks([3, .. new byte[0xFFFFFE]]).Says(0x0E);
        Assert.True(talk.Hears(Ok()).IsIdle);
    }

    [Fact]
    public void A_packet_out_of_sequence_makes_the_connection_never_idle_again()
    {
        Talk talk = LoggedIn().Asks(Query()).Hears([1], Column());
        talk.Hear(Packet(9, Eof()));
        Assert.False(talk.Asks(0x0E).Hears(Ok()).IsIdle);
    }

    [Fact]
    public void An_unsolicited_error_packet_is_not_a_reply() => Assert.True(Heard(LoggedIn(), Packet(0, Error(4031))).IsIdle);

    [Theory]
    [InlineData(Ssl)]
    [InlineData(Compress)]
    [InlineData(Zstd)]
    public void An_encrypted_or_compressed_connection_is_idle_after_a_longer_pause_following_a_reply(uint how)
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
    public void A_full_TLS_record_is_not_taken_for_the_end_of_a_reply()
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
    public void A_pre_4_1_client_needs_a_longer_pause_to_count_as_idle()
    {
        Talk talk = Greeted().Says(0x05, 0x24, 0, 0, 0, (byte)'a', 0);
        talk.Hear(Packet(2, [0, 0, 0]));
        Assert.True(talk.About.QuietUntilIdle > TimeSpan.FromSeconds(1));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_end_of_a_reply_is_seen_at_its_last_byte_however_it_is_split(string way)
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
}
