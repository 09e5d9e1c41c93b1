using CsCheck;
using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Core.Tests.ReadPort;

public class ConversationTests
{
    private static readonly byte[] Hello = Packet(1, [0x85, 0xA2, 0x1A, 0, 0, 0, 0, 1, 33]);
    private static readonly byte[] EncryptedHello = Packet(1, [0x85, 0xAA, 0x1A, 0, 0, 0, 0, 1, 33]);
    private static readonly byte[] Query = Packet(0, [3, .. "SELECT 1"u8]);
    private static readonly byte[] Ok = Packet(1, [0, 0, 0, 2, 0, 0, 0]);
    private static readonly byte[] Eof = Packet(5, [0xFE, 0, 0, 2, 0]);
    private static readonly byte[] OkAsEof = Packet(4, [0xFE, 0, 0, 2, 0, 0, 0]);
    private static readonly byte[] Error = Packet(1, [0xFF, 0x28, 0x04, .. "#42000You have an error"u8]);
    private static readonly byte[] Row = Packet(3, [1, (byte)'1']);
    private static readonly byte[] EmptyText = Packet(3, [0]);

    [Fact]
    public void Before_the_login_is_accepted_something_is_under_way()
    {
        var talk = new Conversation();
        Assert.False(talk.IsIdle);
        Reply(talk, Packet(0, [10, .. "10.11.6-MariaDB"u8]));
        Assert.False(talk.IsIdle);
        talk.ClientSent(Hello);
        Assert.False(talk.IsIdle);
        Reply(talk, Ok);
        Assert.True(talk.IsIdle);
    }

    [Fact]
    public void A_question_is_under_way_until_its_reply_ended()
    {
        Conversation talk = LoggedIn();
        talk.ClientSent(Query);
        Assert.False(talk.IsIdle);
        Reply(talk, Row);
        Assert.False(talk.IsIdle);
        Reply(talk, [.. Row, .. Eof]);
        Assert.True(talk.IsIdle);
    }

    [Fact]
    public void A_reply_that_a_slow_client_has_not_taken_is_under_way()
    {
        Conversation talk = LoggedIn();
        talk.ServerSent(Ok);
        Assert.False(talk.IsIdle);
        talk.Delivered();
        Assert.True(talk.IsIdle);
    }

    [Fact]
    public void Every_kind_of_end_is_one() => Assert.All([Ok, Eof, OkAsEof, Error], end => Assert.True(After(end).IsIdle));

    [Theory]
    [InlineData(0x0008 | 2)] // a further result comes
    [InlineData(0x0001 | 2)] // a transaction is open
    public void What_goes_on_after_an_end_is_under_way(byte status)
    {
        Assert.False(After(Packet(1, [0, 0, 0, status, 0, 0, 0])).IsIdle);
        Assert.False(After(Packet(1, [0, 0xFC, 1, 2, 0xFD, 1, 2, 3, status, 0, 0, 0])).IsIdle);
        Assert.False(After(Packet(5, [0xFE, 0, 0, status, 0])).IsIdle);
        Assert.False(After(Packet(5, [0xFE, 0, 0, status, 0, 0, 0])).IsIdle);
    }

    [Fact]
    public void A_row_is_no_end_also_one_that_begins_like_it() =>
        Assert.All([Row, EmptyText, Packet(3, [0xFB]), Packet(3, [0xFC, 0, 1, .. new byte[256]])], row => Assert.False(After(row).IsIdle));

    [Fact]
    public void A_progress_report_is_no_error() => Assert.False(After(Packet(1, [0xFF, 0xFF, 0xFF, 1, 1, 1, 0, 0, 0, 0])).IsIdle);

    [Fact]
    public void The_second_part_of_a_huge_row_may_begin_like_an_end()
    {
        byte[] first = Packet(3, new byte[0xFFFFFF]);
        Assert.False(After([.. first, .. Ok]).IsIdle);
        Assert.True(After([.. first, .. Packet(4, [7, 7]), .. Eof]).IsIdle);
    }

    [Fact]
    public void Closing_a_prepared_statement_waits_for_no_answer()
    {
        Conversation talk = LoggedIn();
        talk.ClientSent(Packet(0, [0x19, 1, 0, 0, 0]));
        Assert.True(talk.IsIdle);
    }

    [Fact]
    public void Of_an_encrypted_connection_the_last_word_counts_and_longer_quiet_is_needed()
    {
        var talk = new Conversation();
        Reply(talk, Packet(0, [10]));
        talk.ClientSent(EncryptedHello);
        Assert.False(talk.IsIdle);
        Reply(talk, [1, 2, 3]);
        Assert.True(talk.IsIdle);
        talk.ClientSent([1]);
        Assert.False(talk.IsIdle);
        Assert.True(talk.QuietUntilIdle > new Conversation().QuietUntilIdle);
    }

    [Fact]
    public void However_the_bytes_are_cut_the_end_is_seen_at_its_last_byte() =>
        Gen.Int[1, 40].Array[1, 60].Sample(cuts =>
        {
            byte[] reply = [.. Packet(1, [1]), .. Packet(2, new byte[60]), .. EmptyText, .. Row, .. Packet(3, new byte[300]), .. Eof];
            Conversation talk = LoggedIn();
            talk.ClientSent(Query);
            int at = 0;
            for (int cut = 0; at < reply.Length; cut++)
            {
                int count = Math.Min(cuts[cut % cuts.Length], reply.Length - at);
                Reply(talk, reply.AsSpan(at, count));
                at += count;
                // A column of zeros looks like an OK packet, which no server sends there.
                if (at > reply.Length - Eof.Length)
                    Assert.Equal(at == reply.Length, talk.IsIdle);
            }
        });

    private static Conversation LoggedIn()
    {
        var talk = new Conversation();
        Reply(talk, Packet(0, [10]));
        talk.ClientSent(Hello);
        Reply(talk, Ok);
        return talk;
    }

    private static Conversation After(byte[] reply)
    {
        Conversation talk = LoggedIn();
        talk.ClientSent(Query);
        Reply(talk, reply);
        return talk;
    }

    private static void Reply(Conversation talk, ReadOnlySpan<byte> bytes)
    {
        talk.ServerSent(bytes);
        talk.Delivered();
    }

    private static byte[] Packet(byte sequence, byte[] payload) =>
        [(byte)payload.Length, (byte)(payload.Length >> 8), (byte)(payload.Length >> 16), sequence, .. payload];
}
