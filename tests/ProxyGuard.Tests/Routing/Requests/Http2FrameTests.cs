using System.Net;
using ProxyGuard.Tests.Routing.Forwarding;

namespace ProxyGuard.Tests.Routing.Requests;

/// <summary>
/// The frames of HTTP/2 (RFC 9113) and HPACK (RFC 7541) on the real listener: what h2spec (https://github.com/summerwind/h2spec) asks of a
/// server, as far as a proxy's safety hangs on it.
/// </summary>
public class Http2FrameTests(Http2Site raw) : IClassFixture<Http2Site>
{
    private const byte Status200 = 0x88;
    private const byte PushPromise = 5;
    private const byte Padded = 0x8;
    private const int ProtocolError = 1;
    private const int FlowControlError = 3;
    private const int StreamClosed = 5;
    private const int FrameSizeError = 6;
    private const int RefusedStream = 7;
    private const int CompressionError = 9;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static TheoryData<byte, byte, int, byte[], int> BadFrames => new()
    {
        { (byte)FrameType.Data, 0, 0, [1], ProtocolError },
        { (byte)FrameType.Data, 0, 1, [1], ProtocolError },
        { (byte)FrameType.Headers, 5, 2, Http2Wire.Block(Http2Wire.Good()), ProtocolError },
        { (byte)FrameType.Headers, 5, 0, Http2Wire.Block(Http2Wire.Good()), ProtocolError },
        { (byte)FrameType.Continuation, 4, 1, [], ProtocolError },
        { (byte)FrameType.Settings, 0, 0, [1], FrameSizeError },
        { (byte)FrameType.Settings, 0, 1, [], ProtocolError },
        { (byte)FrameType.Settings, 1, 0, [0, 0, 0, 0, 0, 0], FrameSizeError },
        { (byte)FrameType.Settings, 0, 0, [0, 4, 0xff, 0xff, 0xff, 0xff], FlowControlError },
        { (byte)FrameType.Ping, 0, 0, [1], FrameSizeError },
        { (byte)FrameType.Ping, 0, 1, [0, 0, 0, 0, 0, 0, 0, 0], ProtocolError },
        { (byte)FrameType.WindowUpdate, 0, 0, [0, 0, 0, 0], ProtocolError },
        { (byte)FrameType.WindowUpdate, 0, 0, [0x7f, 0xff, 0xff, 0xff], FlowControlError },
        { (byte)FrameType.ResetStream, 0, 1, [0, 0, 0, 8], ProtocolError },
        { (byte)FrameType.Data, 0, 1, new byte[16_385], FrameSizeError },
        { (byte)FrameType.Settings, 0, 0, [0, 2, 0, 0, 0, 2], ProtocolError },
        { (byte)FrameType.Settings, 0, 0, [0, 5, 0, 0, 0x3f, 0xff], ProtocolError },
        { (byte)FrameType.Settings, 0, 0, [0, 5, 1, 0, 0, 0], ProtocolError },
        { (byte)FrameType.ResetStream, 0, 0, [0, 0, 0, 8], ProtocolError },
        { (byte)FrameType.ResetStream, 0, 1, [0, 0, 8], FrameSizeError },
        { (byte)FrameType.Priority, 0, 0, [0, 0, 0, 0, 16], ProtocolError },
        { (byte)FrameType.Priority, 0, 1, [0, 0, 0, 16], FrameSizeError },
        { (byte)FrameType.Priority, 0, 1, [0, 0, 0, 1, 16], ProtocolError },
        { (byte)FrameType.GoAway, 0, 1, [0, 0, 0, 0, 0, 0, 0, 0], ProtocolError },
        { (byte)FrameType.WindowUpdate, 0, 0, [0, 0, 1], FrameSizeError },
        { (byte)FrameType.WindowUpdate, 0, 1, [0, 0, 0, 1], ProtocolError },
        { PushPromise, 4, 1, [0, 0, 0, 2], ProtocolError },
        { (byte)FrameType.Headers, Padded | 5, 1, [200, 0x82], ProtocolError },
        { (byte)FrameType.Headers, 5, 1, [0xff, 0x80, 0x01], CompressionError },
        { (byte)FrameType.Headers, 5, 1, [0x3f, 0xe2, 0x1f], CompressionError },
        { (byte)FrameType.Headers, 5, 1, [0x00, 0x85, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00], CompressionError },
        { (byte)FrameType.Headers, 5, 1, [0x00, 0x03, (byte)'x'], CompressionError },
    };

    [Theory]
    [MemberData(nameof(BadFrames))]
    public async Task An_invalid_frame_ends_the_connection(byte type, byte flags, int stream, byte[] payload, int error)
    {
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync((FrameType)type, flags, stream, payload);

        Frame? answer = await wire.ReadAnswerAsync();
        Assert.Equal((FrameType.GoAway, error), (answer!.Type, answer.ErrorCode));
    }

    [Fact]
    public async Task An_HTTP_1_1_request_to_the_HTTP_2_listener_is_not_served()
    {
        await using Http2Wire wire = await Http2Wire.ConnectAsync(raw.Site.Address, "GET / HTTP/1.1\r\nHost: club.example\r\n\r\n");

        Frame? answer = await wire.ReadAnswerAsync();

        Assert.True(answer is null or { Type: FrameType.GoAway } || (byte)answer.Type > 9);
    }

    [Fact]
    public async Task A_PING_is_acknowledged()
    {
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync(FrameType.Ping, 0, 0, [1, 2, 3, 4, 5, 6, 7, 8]);

        Frame? answer = await wire.ReadAsync();
        Assert.Equal((FrameType.Ping, (byte)1), (answer!.Type, answer.Flags));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], answer.Payload);
    }

    [Fact]
    public async Task Streams_above_the_limit_are_refused_while_the_others_continue()
    {
        await using Http2Wire wire = await ConnectAsync();
        byte[] open = Http2Wire.Block([(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "club.example")]);

        for (int stream = 1; stream <= 7; stream += 2)
            await wire.SendAsync(FrameType.Headers, Http2Wire.EndHeaders, stream, open);
        Frame? refused = await wire.ReadAnswerAsync();
        await wire.SendAsync(FrameType.Data, Http2Wire.EndStream, 1, []);
        Frame? answered = await wire.ReadAnswerAsync();

        Assert.Equal((FrameType.ResetStream, 7, RefusedStream), (refused!.Type, refused.Stream, refused.ErrorCode));
        Assert.Equal((FrameType.Headers, 1, Status200), (answered!.Type, answered.Stream, answered.Payload[0]));
    }

    [Fact]
    public async Task A_closed_stream_accepts_no_more_data()
    {
        await using Http2Wire wire = await ConnectAsync();
        await wire.AskAsync(1, Http2Wire.Good());

        await wire.SendAsync(FrameType.Data, Http2Wire.EndStream, 1, [1]);

        Frame? answer = await wire.ReadAnswerAsync();
        while (answer is { Type: FrameType.Headers })
            answer = await wire.ReadAnswerAsync();
        Assert.Equal(StreamClosed, answer!.ErrorCode);
    }

    /// <summary>The rapid reset of CVE-2023-44487.</summary>
    [Fact]
    public async Task A_rapid_reset_attack_ends_the_connection()
    {
        await using Http2Wire wire = await ConnectAsync();
        Frame? answer = null;
        try
        {
            for (int stream = 1; stream < 40_000; stream += 2)
            {
                await wire.AskAsync(stream, Http2Wire.Good());
                await wire.SendAsync(FrameType.ResetStream, 0, stream, [0, 0, 0, 8]);
            }
        }
        catch (IOException)
        {
            // Closed while we still wrote.
        }

        do
            answer = await wire.ReadAnswerAsync();
        while (answer is { Type: not FrameType.GoAway });

        await OthersAreServedAsync();
    }

    /// <summary>Kestrel 10.0 answers the field with index 0 by an internal error; what counts is that it ends there.</summary>
    [Fact]
    public async Task An_invalid_HPACK_index_ends_only_its_own_connection()
    {
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync(FrameType.Headers, 5, 1, [0x80]);

        Assert.True(await wire.ReadAnswerAsync() is null or { Type: FrameType.GoAway });
        await OthersAreServedAsync();
    }

    [Fact]
    public async Task Unknown_settings_and_frame_types_are_ignored()
    {
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync(FrameType.Settings, 0, 0, [0, 0xff, 0, 0, 0, 1]);
        await wire.SendAsync((FrameType)0x16, 0xff, 0, [1, 2, 3]);
        await wire.AskAsync(1, Http2Wire.Good());

        Assert.Equal(
            (FrameType.Headers, Status200), await wire.ReadAnswerAsync() is { } answer ? (answer.Type, answer.Payload[0]) : default);
        // Those of the preface, and these.
        Assert.Equal(2, wire.SettingsAcknowledged);
    }

    [Fact]
    public async Task A_header_block_interrupted_by_another_frame_ends_the_connection()
    {
        raw.Upstream.Seen.Clear();
        byte[] block = Http2Wire.Block(Http2Wire.Good());
        foreach (
            (FrameType type, int stream, byte[] payload) in ((FrameType, int, byte[])[])[(FrameType.Headers, 3, block),
                (FrameType.Ping, 0, new byte[8]), (FrameType.Continuation, 3, block), ((FrameType)0x16, 0, [])])
        {
            await using Http2Wire wire = await ConnectAsync();

            await wire.SendAsync(FrameType.Headers, Http2Wire.EndStream, 1, block);
            await wire.SendAsync(type, Http2Wire.EndHeaders, stream, payload);

            Frame? answer = await wire.ReadAnswerAsync();
            Assert.Equal((FrameType.GoAway, ProtocolError), (answer!.Type, answer.ErrorCode));
        }

        Assert.Empty(raw.Upstream.Seen);
    }

    [Fact]
    public async Task A_header_block_with_CONTINUATION_frames_is_one_request()
    {
        raw.Upstream.Seen.Clear();
        byte[] block = Http2Wire.Block(Http2Wire.Good(("x-a", "1")));
        await using Http2Wire wire = await ConnectAsync();

        await wire.SendAsync(FrameType.Headers, Http2Wire.EndStream, 1, block[..7]);
        await wire.SendAsync(FrameType.Continuation, 0, 1, block[7..20]);
        await wire.SendAsync(FrameType.Continuation, Http2Wire.EndHeaders, 1, block[20..]);

        Assert.Equal(Status200, (await wire.ReadAnswerAsync())!.Payload[0]);
        Assert.Equal(["1"], Assert.Single(raw.Upstream.Seen).Header("X-A"));
    }

    /// <summary>CVE-2024-27983 and others: a header block that never ends.</summary>
    [Fact]
    public async Task A_header_block_without_end_ends_the_connection()
    {
        raw.Upstream.Seen.Clear();
        await using Http2Wire wire = await ConnectAsync();
        byte[] part = Http2Wire.Block([.. Enumerable.Range(0, 60).Select(i => ($"x-{i}", new string('a', 250)))]);
        int sent = 0;
        try
        {
            await wire.SendAsync(FrameType.Headers, Http2Wire.EndStream, 1, Http2Wire.Block(Http2Wire.Good()));
            for (; sent < 5_000; sent++)
                await wire.SendAsync(FrameType.Continuation, 0, 1, part);
        }
        catch (IOException)
        {
            // Closed while we still wrote.
        }

        Frame? answer = await wire.ReadAnswerAsync();
        Assert.True(answer is null or { Type: FrameType.GoAway }, $"{answer}");
        Assert.Empty(raw.Upstream.Seen);
        await OthersAreServedAsync();
    }

    [Fact]
    public async Task A_stream_with_a_lower_id_than_its_predecessor_ends_the_connection()
    {
        await using Http2Wire wire = await ConnectAsync();
        await wire.AskAsync(5, Http2Wire.Good());

        await wire.AskAsync(3, Http2Wire.Good());

        Frame? answer = await wire.ReadAnswerAsync();
        while (answer is { Type: FrameType.Headers })
            answer = await wire.ReadAnswerAsync();
        Assert.Equal(FrameType.GoAway, answer!.Type);
        Assert.Contains(answer.ErrorCode, (int[])[ProtocolError, StreamClosed]);
    }

    [Fact]
    public async Task A_flow_control_window_overflow_is_an_error()
    {
        await using Http2Wire wire = await ConnectAsync();
        await wire.SendAsync(
            FrameType.Headers, Http2Wire.EndHeaders, 1,
            Http2Wire.Block([(":method", "POST"), (":scheme", "http"), (":path", "/a"), (":authority", "club.example")]));

        await wire.SendAsync(FrameType.WindowUpdate, 0, 1, [0x7f, 0xff, 0xff, 0xff]);

        Frame? answer = await wire.ReadAnswerAsync();
        Assert.Equal(FlowControlError, answer!.ErrorCode);
    }

    [Fact]
    public async Task A_response_body_waits_for_the_flow_control_window()
    {
        await using Http2Wire wire = await ConnectAsync();
        await wire.SendAsync(FrameType.Settings, 0, 0, [0, 4, 0, 0, 0, 0]);
        await wire.AskAsync(1, Http2Wire.Good());
        Assert.Equal(Status200, (await wire.ReadAnswerAsync())!.Payload[0]);

        // A ping comes back before any byte of the body: the answer stands behind its window.
        await wire.SendAsync(FrameType.Ping, 0, 0, new byte[8]);
        Assert.Equal(FrameType.Ping, (await wire.ReadAsync())!.Type);
        await wire.SendAsync(FrameType.WindowUpdate, 0, 1, [0, 0, 0, 1]);
        Assert.Equal(
            (FrameType.Data, "o"),
            await wire.ReadAsync() is { } first ? (first.Type, System.Text.Encoding.ASCII.GetString(first.Payload)) : default);
        await wire.SendAsync(FrameType.WindowUpdate, 0, 1, [0, 0, 0, 9]);
        Assert.Equal("k", System.Text.Encoding.ASCII.GetString((await wire.ReadAsync())!.Payload));
    }

    private Task<Http2Wire> ConnectAsync() => Http2Wire.ConnectAsync(raw.Site.Address);

    private async Task OthersAreServedAsync()
    {
        using HttpRequestMessage request =
            new(HttpMethod.Get, "/a") { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        using HttpResponseMessage other = await raw.Site.Http.SendAsync(request, Stop);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);
    }
}
