using System.IO.Compression;
using System.Text;
using ProxyGuard.Core.Html;
using ProxyGuard.Telling.Banner;

namespace ProxyGuard.Tests.Telling.Banner;

/// <summary>Pages that come compressed although they were asked for plain, as out of an application's own cache.</summary>
[Collection(nameof(Alone))]
public class BodyCodingTests
{
    private const string Raw = "deflate without zlib's header";
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;

    public static readonly TheoryData<string> Codings = ["gzip", "x-gzip", "deflate", Raw, "br", "zstd"];

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_compressed_page_is_tagged_and_stays_compressed(string coding)
    {
        foreach (int piece in (int[])[1, 7, 100_000])
        {
            await using BannerRig rig =
                await BannerRig.StartAsync(Upstreams.Dribbles(Compress(Upstreams.Page, coding).Chunk(piece), Says(coding)));

            using HttpResponseMessage response = await rig.NavigateAsync(NameOf(coding));

            Assert.Equal(NameOf(coding), response.Content.Headers.ContentEncoding.Single());
            Assert.Contains("Accept-Encoding", response.Headers.Vary);
            using StreamReader reader = new(Decode(await response.Content.ReadAsStreamAsync(Stop), NameOf(coding)));
            Assert.Equal(Upstreams.TaggedPage, await reader.ReadToEndAsync(Stop));
        }
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_member_who_does_not_take_the_coding_gets_the_page_without_it(string coding)
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(Compress(Upstreams.Page, coding), Upstreams.Html, Says(coding)));

        using HttpResponseMessage response = await rig.NavigateAsync($"{NameOf(coding)};q=0, identity");
        using HttpResponseMessage head = await rig.SendAsync(HttpMethod.Head, "/", ("Sec-Fetch-Dest", "document"));

        Assert.False(response.Content.Headers.NonValidated.Contains("Content-Encoding"));
        Assert.False(head.Content.Headers.NonValidated.Contains("Content-Encoding"));
        Assert.Equal(Upstreams.TaggedPage, await response.Content.ReadAsStringAsync(Stop));
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_truncated_compressed_body_is_an_error_at_the_client(string coding)
    {
        byte[] coded = Compress(Upstreams.Page, coding);
        foreach (string accepted in (string[])["identity", NameOf(coding)])
        {
            foreach (int length in (int[])[1, 30, coded.Length - 1])
            {
                await using BannerRig rig = await BannerRig.StartAsync(Upstreams.Sends(coded[..length], Upstreams.Html, Says(coding)));

                string raw = await rig.ReadRawAsync("GET / HTTP/1.1", ("Sec-Fetch-Dest", "document"), ("Accept-Encoding", accepted));

                Assert.False(BannerRig.LooksWhole(raw), $"{length} of {coded.Length}: {raw}");
            }
        }
    }

    /// <summary>The decoder has its end by then; the message has not.</summary>
    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_body_that_breaks_off_behind_its_compressed_page_is_an_error_at_the_client(string coding)
    {
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.BreaksOffAfter(Compress(Upstreams.Page, coding), Says(coding)));

        string raw = await rig.ReadRawAsync("GET / HTTP/1.1", ("Sec-Fetch-Dest", "document"), ("Accept-Encoding", NameOf(coding)));

        Assert.False(BannerRig.LooksWhole(raw), raw);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_body_that_is_not_what_it_says_is_an_error_at_the_client(string coding)
    {
        await using BannerRig rig = await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, Upstreams.Html, Says(coding)));

        string raw = await rig.ReadRawAsync("GET / HTTP/1.1", ("Sec-Fetch-Dest", "document"), ("Accept-Encoding", NameOf(coding)));

        Assert.False(BannerRig.LooksWhole(raw), raw);
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task The_first_bytes_of_a_compressed_page_are_sent_before_the_upstream_goes_on(string coding)
    {
        const string Late = "late</title>";
        TaskCompletionSource seen = new();
        await using BannerRig rig = await BannerRig.StartAsync(async http =>
        {
            http.Response.ContentType = Upstreams.Html;
            http.Response.Headers.ContentEncoding = NameOf(coding);
            await using Stream encoder = Encoder(http.Response.Body, coding);
            await encoder.WriteAsync("<!doctype html><head><title>"u8.ToArray(), Stop);
            await encoder.FlushAsync(Stop);
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
            await encoder.WriteAsync(Encoding.ASCII.GetBytes(Late), Stop);
        });

        using HttpResponseMessage response = await rig.NavigateAsync(NameOf(coding));
        using StreamReader reader = new(Decode(await response.Content.ReadAsStreamAsync(Stop), NameOf(coding)));
        string expected = $"<!doctype html><head>{BannerRig.TagText}<title>";
        char[] first = new char[expected.Length];
        Assert.Equal(first.Length, await reader.ReadBlockAsync(first, Stop));
        seen.SetResult();

        Assert.Equal(expected, new string(first));
        Assert.Equal(Late, await reader.ReadToEndAsync(Stop));
    }

    [Theory]
    [MemberData(nameof(Codings))]
    public async Task A_decompression_bomb_is_only_streamed(string coding)
    {
        const int Megabytes = 100;
        byte[] bomb = Compress(stream =>
        {
            stream.Write("<head>"u8);
            for (int i = 0; i < Megabytes; i++)
                stream.Write(new byte[1 << 20]);
        }, coding);
        await using BannerRig rig = await BannerRig.StartAsync(Upstreams.Sends(bomb, Upstreams.Html, Says(coding)));

        using HttpResponseMessage response = await rig.NavigateAsync("identity");
        (long total, long grown) = await BannerRig.MeasureAsync(response);

        Assert.Equal(("<head>".Length + BannerRig.TagText.Length) + ((long)Megabytes << 20), total);
        Assert.InRange(grown, long.MinValue, 40L << 20);
    }

    [Fact]
    public void Truncated_bodies_of_every_coding_are_detected_by_this_runtime() =>
        Assert.All(Enum.GetValues<ContentCoding>(), coding => Assert.True(BodyCodings.TellsTruncation(coding)));

    [Fact]
    public async Task A_gzip_body_is_decoded_completely_or_fails()
    {
        byte[] gzip = Compress(Upstreams.Page, "gzip");
        for (int length = 1; length < gzip.Length; length++)
            await Assert.ThrowsAsync<InvalidDataException>(() => UnzipAsync(gzip[..length]));

        Assert.Equal(Upstreams.Page, await UnzipAsync(gzip));
        Assert.Equal(Upstreams.Page, await UnzipAsync([.. gzip, .. "garbage"u8]));
        Assert.Equal(Upstreams.Page + "more", await UnzipAsync([.. gzip, .. Compress("more", "gzip")]));
    }

    [Fact]
    public void The_wrapped_streams_are_disposed_too()
    {
        ScriptedStream upstream = new();

        BodyCodings.Encode(BodyCodings.Decode(upstream, ContentCoding.Brotli), ContentCoding.Brotli).Dispose();

        Assert.True(upstream.IsDisposed);
    }

    private static async Task<string> UnzipAsync(byte[] gzip)
    {
        using StreamReader reader = new(BodyCodings.Decode(ScriptedStream.Of(gzip), ContentCoding.Gzip));
        return await reader.ReadToEndAsync(Stop);
    }

    private static string NameOf(string coding) => coding == Raw ? "deflate" : coding;

    private static (string, string) Says(string coding) => ("Content-Encoding", NameOf(coding));

    private static Stream Encoder(Stream target, string coding) => coding == Raw
        ? new DeflateStream(target, CompressionLevel.Optimal, leaveOpen: true)
        : BodyCodings.Encoder(target, ContentCodings.Parse(coding)!.Value);

    private static Stream Decode(Stream coded, string coding) => BodyCodings.Decode(coded, ContentCodings.Parse(coding)!.Value);

    private static byte[] Compress(string plain, string coding) => Compress(stream => stream.Write(Encoding.UTF8.GetBytes(plain)), coding);

    private static byte[] Compress(Action<Stream> write, string coding)
    {
        using MemoryStream bytes = new();
        using (Stream encoder = Encoder(bytes, coding))
            write(encoder);
        return bytes.ToArray();
    }
}
