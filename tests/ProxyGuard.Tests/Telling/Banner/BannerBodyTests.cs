using System.Text;
using Microsoft.AspNetCore.Http;
using ProxyGuard.Core.Html;

namespace ProxyGuard.Tests.Telling.Banner;

[Collection(nameof(Alone))]
public class BannerBodyTests
{
    private static readonly CancellationToken Stop = TestContext.Current.CancellationToken;
    private static readonly byte[] Page = Encoding.UTF8.GetBytes(Upstreams.Page);

    [Fact]
    public async Task A_page_sent_byte_by_byte_gets_the_tag()
    {
        await using BannerRig rig = await BannerRig.StartAsync(Upstreams.Dribbles(Page.Select(b => (byte[])[b])));

        Assert.Equal(Upstreams.TaggedPage, await ReadPageAsync(rig));
    }

    [Fact]
    public async Task A_page_gets_the_tag_wherever_it_is_split()
    {
        int split = 0;
        await using BannerRig rig = await BannerRig.StartAsync(http => Upstreams.Dribbles([Page[..split], Page[split..]])(http));

        for (split = 1; split < Page.Length; split++)
            Assert.Equal(Upstreams.TaggedPage, await ReadPageAsync(rig));
    }

    /// <summary>One error, and a browser shows that instead of the page.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("script-src 'nonce-abc'")]
    public async Task An_XHTML_page_gets_the_tag_and_stays_well_formed(string policy)
    {
        string filler = $"<!-- {new string('x', 1010)} -->";
        string page = $"<?xml version=\"1.0\"?>{filler}<html xmlns=\"http://www.w3.org/1999/xhtml\"><head><title>x</title></head><body/></html>";
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Sends(page, "application/xhtml+xml", ("Content-Security-Policy", policy)));

        System.Xml.Linq.XElement read = System.Xml.Linq.XDocument.Parse(await ReadPageAsync(rig)).Root!;

        Assert.Equal("script", read.Elements().First().Elements().First().Name.LocalName);
        Assert.Equal(1, rig.Counts.Inserted);
    }

    [Fact]
    public async Task A_truncated_body_is_an_error_at_the_client()
    {
        foreach (int length in (int[])[Upstreams.Head.Length - 3, Upstreams.Head.Length, Page.Length])
        {
            await using BannerRig rig = await BannerRig.StartAsync(Upstreams.BreaksOffAfter(Page[..length]));

            string raw = await rig.ReadRawAsync("GET / HTTP/1.1", ("Sec-Fetch-Dest", "document"));

            Assert.False(BannerRig.LooksWhole(raw), raw);
        }
    }

    [Theory]
    [InlineData(Upstreams.Html, true)]
    [InlineData("text/html", false)]
    public async Task The_first_bytes_are_sent_before_the_upstream_goes_on(string type, bool isTagged)
    {
        TaskCompletionSource seen = new();
        await using BannerRig rig = await BannerRig.StartAsync(async http =>
        {
            http.Response.ContentType = type;
            await http.Response.WriteAsync("<!doctype html><head><title>", Stop);
            await http.Response.Body.FlushAsync(Stop);
            await seen.Task.WaitAsync(TimeSpan.FromSeconds(20), Stop);
            await http.Response.WriteAsync("late</title>", Stop);
        });

        using HttpResponseMessage response = await rig.NavigateAsync();
        using StreamReader reader = new(await response.Content.ReadAsStreamAsync(Stop));
        string expected = $"<!doctype html><head>{(isTagged ? BannerRig.TagText : "")}<title>";
        char[] first = new char[expected.Length];
        Assert.Equal(first.Length, await reader.ReadBlockAsync(first, Stop));
        seen.SetResult();

        Assert.Equal(expected, new string(first));
        Assert.Equal("late</title>", await reader.ReadToEndAsync(Stop));
    }

    [Fact]
    public async Task A_huge_page_takes_no_more_memory_than_a_small_one()
    {
        const int Megabytes = 200;
        byte[] piece = new byte[1 << 20];
        await using BannerRig rig =
            await BannerRig.StartAsync(Upstreams.Dribbles(Enumerable.Repeat(piece, Megabytes).Prepend("<head>"u8.ToArray())));

        using HttpResponseMessage response = await rig.NavigateAsync();
        (long total, long grown) = await BannerRig.MeasureAsync(response);

        Assert.Equal(("<head>".Length + BannerRig.TagText.Length) + ((long)Megabytes << 20), total);
        Assert.InRange(grown, long.MinValue, 40L << 20);
    }

    [Fact]
    public async Task Tagged_and_skipped_pages_are_counted_by_reason()
    {
        await using BannerRig page = await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page));
        await using BannerRig download =
            await BannerRig.StartAsync(Upstreams.Sends(Upstreams.Page, headers: [("Content-Disposition", "attachment")]));
        await using BannerRig text = await BannerRig.StartAsync(Upstreams.Sends("text"));

        foreach (BannerRig rig in (BannerRig[])[page, download, text])
            await ReadPageAsync(rig);

        Assert.Equal(
            (1, 1, 1), (page.Counts.Inserted, download.Counts.CountOf(SkipReason.NotInline), text.Counts.CountOf(SkipReason.TextFirst)));
    }

    private static async Task<string> ReadPageAsync(BannerRig rig)
    {
        using HttpResponseMessage response = await rig.NavigateAsync();
        return await response.Content.ReadAsStringAsync(Stop);
    }
}
