using System.Runtime.InteropServices;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using ProxyGuard.Core.Html;
using ProxyGuard.Telling.Banner;

namespace ProxyGuard.Tests.Telling.Banner;

public class InjectingStreamTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public static readonly TheoryData<string> Pages =
    [
        Upstreams.Page,
        "<head>",
        "<title>x</title>",
        "<!-- a --><!doctype html><header>",
        "<!doctype html><fra",
        "{\"a\": 1}",
        "",
        "<p>a fragment, and a long one so that more than one read is needed for it</p>",
    ];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task The_output_does_not_depend_on_how_a_page_is_split_and_read(string text)
    {
        byte[] page = Encoding.UTF8.GetBytes(text);
        string expected = await ReadAllAsync(Over(ScriptedStream.Of(page)), 65536);
        foreach (int target in (int[])[1, 7, 65536])
        {
            Assert.Equal(expected, await ReadAllAsync(Over(ScriptedStream.Of(page.Select(b => (byte[])[b]))), target));
            for (int i = 1; i < page.Length; i++)
                Assert.Equal(expected, await ReadAllAsync(Over(ScriptedStream.Of(page[..i], page[i..])), target));
        }
    }

    [Fact]
    public async Task A_page_longer_than_every_buffer_arrives_whole()
    {
        string page = $"<!-- {new string('x', 20_000)} -->{Upstreams.Head}{new string('y', 200_000)}";

        string expected = page.Insert(page.IndexOf("<head>", StringComparison.Ordinal) + 6, BannerRig.TagText);

        Assert.Equal(expected, await ReadAllAsync(Over(ScriptedStream.Of(Encoding.ASCII.GetBytes(page))), 65536));
    }

    [Fact]
    public async Task Injection_buffers_only_a_few_bytes()
    {
        using InjectingStream stream = Over(ScriptedStream.Of("<!doctype html></body"u8.ToArray().Select(b => (byte[])[b])));
        byte[] buffer = new byte[100];
        while (await stream.ReadAsync(buffer, Stop) > 0)
            Assert.InRange(stream.Held, 0, PrologScanner.MostHeld);
    }

    [Fact]
    public async Task Bytes_are_read_directly_into_the_callers_buffer_after_the_decision()
    {
        ScriptedStream upstream = ScriptedStream.Of("<head>"u8.ToArray(), "rest"u8.ToArray());
        using InjectingStream stream = Over(upstream);
        byte[] buffer = new byte[1000];

        Assert.Equal(6 + BannerRig.TagText.Length, await stream.ReadAsync(buffer, Stop));
        Assert.Equal(4, await stream.ReadAsync(buffer, Stop));
        Assert.True(MemoryMarshal.TryGetArray<byte>(upstream.LastTarget, out ArraySegment<byte> target));
        Assert.Same(buffer, target.Array);
    }

    [Fact]
    public async Task A_zero_byte_read_waits_for_data_and_consumes_none()
    {
        ScriptedStream upstream = new();
        using InjectingStream stream = Over(upstream);

        ValueTask<int> waiting = stream.ReadAsync(Memory<byte>.Empty, Stop);
        Assert.False(waiting.IsCompleted);
        upstream.Send("<head>"u8);

        Assert.Equal(0, await waiting);
        Assert.Equal(6 + BannerRig.TagText.Length, await stream.ReadAsync(new byte[1000], Stop));
    }

    [Fact]
    public async Task A_truncated_body_is_an_error()
    {
        foreach (string part in (string[])["", "<!doctype ht", "<head>", "<head>more"])
        {
            ScriptedStream upstream = new();
            if (part.Length > 0)
                upstream.Send(Encoding.ASCII.GetBytes(part));
            upstream.End(new IOException("reset"));

            await Assert.ThrowsAnyAsync<IOException>(() => ReadAllAsync(Over(upstream), 100));
        }
    }

    [Fact]
    public async Task A_page_without_charset_waits_for_its_meta_only_as_long_as_the_deadline()
    {
        FakeTimeProvider time = new();
        ScriptedStream upstream = new();
        using InjectingStream stream = Over(upstream, encodingKnown: false, time);
        byte[] buffer = new byte[1000];
        upstream.Send("<head><title>"u8);
        Assert.Equal("<head>", await ReadAsync(stream, buffer));

        // A deadline only so that a defect fails instead of hanging: such a read must not wait here.
        Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Stop).AsTask().WaitAsync(TimeSpan.FromSeconds(20), Stop));
        Task<string> held = ReadAsync(stream, buffer);
        time.Advance(InjectingStream.CharsetDeadline - TimeSpan.FromMilliseconds(1));
        Assert.False(held.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal("<title>", await held);
        Task<string> next = ReadAsync(stream, buffer);
        upstream.Send("x</title><meta charset=utf-8>"u8);
        Assert.Equal("x</title><meta charset=utf-8>", await next);
        upstream.Send("more"u8);
        Assert.Equal("more", await ReadAsync(stream, buffer));
        upstream.End();
        Assert.Equal("", await ReadAsync(stream, buffer));
    }

    [Fact]
    public async Task A_page_whose_meta_arrives_before_the_deadline_gets_the_tag()
    {
        ScriptedStream upstream = new();
        using InjectingStream stream = Over(upstream, encodingKnown: false, new FakeTimeProvider());
        byte[] buffer = new byte[1000];
        upstream.Send("<head><title>"u8);
        Assert.Equal("<head>", await ReadAsync(stream, buffer));

        Task<string> held = ReadAsync(stream, buffer);
        upstream.Send("x</title><meta charset=utf-8>"u8);

        Assert.Equal($"{BannerRig.TagText}<title>x</title><meta charset=utf-8>", await held);
    }

    [Fact]
    public void The_wrapped_streams_are_disposed_too()
    {
        ScriptedStream upstream = new(), owner = new();

        new InjectingStream(
            upstream, owner, new PrologBuffer(new TagPlacer(1, false, true), "x"u8.ToArray(), new BannerCounts()),
            TimeProvider.System).Dispose();

        Assert.True(upstream.IsDisposed && owner.IsDisposed);
    }

    private static InjectingStream Over(Stream upstream, bool encodingKnown = true, TimeProvider? time = null)
    {
        ReadOnlyMemory<byte> tag = BannerRig.Tag.Bytes(null);
        return new InjectingStream(
            upstream, null, new PrologBuffer(new TagPlacer(tag.Length, false, encodingKnown), tag, new BannerCounts()),
            time ?? TimeProvider.System);
    }

    private static async Task<string> ReadAsync(InjectingStream stream, byte[] buffer) =>
        Encoding.UTF8.GetString(buffer, 0, await stream.ReadAsync(buffer, Stop));

    // As YARP reads: asks first, then reads.
    private static async Task<string> ReadAllAsync(InjectingStream stream, int target)
    {
        using MemoryStream all = new();
        byte[] buffer = new byte[target];
        while (true)
        {
            Assert.Equal(0, await stream.ReadAsync(Memory<byte>.Empty, Stop));
            int count = await stream.ReadAsync(buffer, Stop);
            if (count == 0)
                return Encoding.UTF8.GetString(all.ToArray());
            all.Write(buffer, 0, count);
        }
    }
}
