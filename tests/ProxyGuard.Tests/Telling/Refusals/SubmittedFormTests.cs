using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ProxyGuard.Telling.Refusals;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Telling.Refusals;

/// <summary>Whoever typed something that is refused gets it back, whatever form it was typed into.</summary>
public sealed class SubmittedFormTests
{
    private const string Latin = "Gr\u00FC\u00DFe vom See \u2013 sch\u00F6n!";

    [Theory]
    [InlineData("text=Gr%C3%BC%C3%9Fe+vom+See+%E2%80%93+sch%C3%B6n%21", Latin)]
    [InlineData("text=Gr%FC%DFe+vom+See+%96+sch%F6n%21", Latin)] // from a page in windows-1252 or ISO-8859-1
    [InlineData("text=caf%E9", "caf\u00E9")]
    [InlineData("text=caf%C3%A9%20%C3", "caf\u00E9 ")] // cut off within a letter
    [InlineData("a=1&text=100%25+%zz&b=2", "100% %zz")]
    [InlineData("text=a=b&text=second", "a=b")]
    [InlineData("text=x%3Cb%3Ey&", "x<b>y")]
    public async Task A_refused_form_is_returned_in_its_original_charset(string body, string text)
    {
        using HttpRequestMessage request = RefusalTests.Form("/comments", body);

        Assert.Contains(text, await TypedAsync(request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Fields_after_a_large_file_upload_are_returned_too(bool isOldPage)
    {
        using var form = new MultipartFormDataContent
        {
            { new StringContent("Heron at dawn"), "title" },
            { new ByteArrayContent(new byte[6_000_000]), "photo", "heron.jpg" },
            { new ByteArrayContent((isOldPage ? Encoding.Latin1 : Encoding.UTF8).GetBytes("Am Wehr, fr\u00FCh.")), "description" },
        };
        using var request = new HttpRequestMessage(HttpMethod.Post, "/upload") { Content = form };
        request.Headers.Accept.ParseAdd("text/html");
        string page = await TypedAsync(request);

        Assert.Contains("Heron at dawn", page, StringComparison.Ordinal);
        Assert.Contains("Am Wehr, fr\u00FCh.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("heron.jpg", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_huge_form_gets_a_page_of_bounded_size()
    {
        using HttpRequestMessage request = RefusalTests.Form("/comments", $"text={new string('a', 3_000_000)}");

        Assert.InRange((await TypedAsync(request)).Length, 256 * 1024, 300 * 1024);
        using HttpRequestMessage many = RefusalTests.Form(
            "/comments", string.Join('&', Enumerable.Range(0, 100_000).Select(field => $"f{field}=x")));
        Assert.InRange((await TypedAsync(many)).Length, 1_000, 40 * 1024);
    }

    [Fact]
    public async Task A_form_full_of_quotes_is_returned_complete_without_growing()
    {
        string quotes = string.Concat(Enumerable.Repeat("\"'", 100_000));
        using HttpRequestMessage request = RefusalTests.Form(
            "/comments", $"text={Uri.EscapeDataString("begins")}{quotes}{Uri.EscapeDataString("\u00FCber & <b>")}");
        await using GuardedSite site = await RefusingAsync();
        using HttpResponseMessage answer = await site.Http.SendAsync(request);
        string page = await answer.Content.ReadAsStringAsync();

        Assert.Contains($"begins{quotes}\u00FCber &amp; &lt;b&gt;</textarea>", page, StringComparison.Ordinal);
        Assert.InRange(page.Length, 200_000, 220_000);
    }

    /// <summary>
    /// Whatever somebody makes of a form: it is answered, soon, with a page of measure, and the next one is answered too.
    /// </summary>
    [Fact]
    public async Task Hostile_forms_get_a_page_of_bounded_size()
    {
        await using GuardedSite site = await RefusingAsync();
        foreach ((string type, byte[] body) in HostileForms())
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, "/comments") { Content = new ByteArrayContent(body) };
            request.Content.Headers.TryAddWithoutValidation("Content-Type", type);
            request.Headers.Accept.ParseAdd("text/html");
            long start = Stopwatch.GetTimestamp();

            using HttpResponseMessage answer = await site.Http.SendAsync(request);
            byte[] page = await answer.Content.ReadAsByteArrayAsync();

            Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
            // At worst each of 256 KB becomes an entity of five letters.
            Assert.InRange(page.Length, 500, 5 * 256 * 1024 + 40 * 1024);
            Assert.DoesNotContain("<script>alert", Encoding.UTF8.GetString(page), StringComparison.Ordinal);
            Assert.InRange(Stopwatch.GetElapsedTime(start), TimeSpan.Zero, TimeSpan.FromSeconds(5));
            Assert.Equal(0, site.Service<KeptBudget>().Used);
        }
    }

    [Fact]
    public async Task A_form_beyond_the_memory_budget_is_not_kept_and_the_page_says_so()
    {
        await using GuardedSite site = await RefusingAsync(
            json => json["ProxyGuard"]!["Limits"] = JsonNode.Parse("""{ "MaxKeptBytes": 20000 }"""));
        string page = await PageAsync(site, RefusalTests.Form("/comments", $"text={new string('a', 30_000)}"));

        Assert.DoesNotContain("aaaa", page, StringComparison.Ordinal);
        Assert.Contains("could not keep your text", page, StringComparison.Ordinal);
        Assert.Contains(
            "a short one</textarea>", await PageAsync(site, RefusalTests.Form("/comments", "text=a short one")), StringComparison.Ordinal);
        Assert.Equal(0, site.Service<KeptBudget>().Used);
        Assert.Contains(
            "\nproxyguard_forms_not_kept_total 1\n", await site.Management.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forwarded_form_takes_budget_only_for_received_bytes_and_returns_it()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var asked = new TaskCompletionSource();
        var answer = new TaskCompletionSource();
        foreach (Upstream upstream in site.Upstreams.Values)
        {
            upstream.Answer = async _ =>
            {
                asked.SetResult();
                await answer.Task;
            };
        }

        Task<HttpResponseMessage> sent = site.Http.SendAsync(RefusalTests.Form("/comments", $"text={new string('a', 10_000)}"));
        await asked.Task;
        Assert.Equal(16 * 1024, site.Service<KeptBudget>().Used);
        answer.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await sent).StatusCode);
        await Eventually.HappensAsync("it is given back", TimeSpan.FromSeconds(10), () => site.Service<KeptBudget>().Used == 0);
    }

    [Fact]
    public async Task A_slowly_sent_form_is_answered_with_what_has_arrived()
    {
        await using GuardedSite site = await RefusingAsync(
            json => json["ProxyGuard"]!["Limits"] = JsonNode.Parse("""{ "MinBytesPerSecond": 1 }"""));
        using var client = new TcpClient();
        await client.ConnectAsync(site.Address.Host, site.Address.Port);
        NetworkStream stream = client.GetStream();
        await stream.WriteAsync(
            "POST /comments HTTP/1.1\r\nHost: club.example\r\nAccept: text/html\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 200000\r\n\r\ntext=came so far"u8.ToArray());
        await Eventually.HappensAsync("it is being read", TimeSpan.FromSeconds(10), () => site.Service<KeptBudget>().Used > 0);

        site.Time.Advance(UnwantedBody.DrainTimeout);

        var answer = new byte[64 * 1024];
        int length = await stream.ReadAtLeastAsync(answer, 2_000, throwOnEndOfStream: false);
        string page = Encoding.UTF8.GetString(answer, 0, length);
        while (!page.Contains("</html>", StringComparison.Ordinal))
            page += Encoding.UTF8.GetString(answer, 0, await stream.ReadAsync(answer));
        Assert.Contains("\ncame so far", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://HOST/photos/17?tab=1#x", "href=\"/photos/17?tab=1\"")]
    [InlineData("https://elsewhere.example/photos/17", null)]
    [InlineData("https://HOST//elsewhere.example/", null)]
    [InlineData("javascript://HOST/%0aalert(1)", null)]
    public async Task The_link_back_to_the_form_never_leaves_the_site(string referer, string? link)
    {
        await using GuardedSite site = await RefusingAsync();
        using HttpRequestMessage request = RefusalTests.Form("/comments", "text=a");
        request.Headers.TryAddWithoutValidation("Referer", referer.Replace("HOST", site.Address.Authority, StringComparison.Ordinal));

        string page = await PageAsync(site, request);

        Assert.Equal(link is not null, page.Contains("Back to the form", StringComparison.Ordinal));
        if (link is not null)
            Assert.Contains(link, page, StringComparison.Ordinal);
    }

    /// <summary>The page, as a browser shows its text.</summary>
    private static async Task<string> TypedAsync(HttpRequestMessage request)
    {
        await using GuardedSite site = await RefusingAsync();
        return WebUtility.HtmlDecode(await PageAsync(site, request));
    }

    private static async Task<string> PageAsync(GuardedSite site, HttpRequestMessage request)
    {
        using HttpResponseMessage answer = await site.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        return await answer.Content.ReadAsStringAsync();
    }

    private static async Task<GuardedSite> RefusingAsync(Action<JsonNode>? change = null)
    {
        GuardedSite site = await GuardedSite.StartWellAsync(change);
        await site.StopReplicasAsync();
        return site;
    }

    private static IEnumerable<(string Type, byte[] Body)> HostileForms()
    {
        const string UrlEncoded = "application/x-www-form-urlencoded";
        const string Parts = "multipart/form-data; boundary=b";
        static byte[] Bytes(string text) => Encoding.Latin1.GetBytes(text);
        static string Part(string name, string text) => $"--b\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n";
        yield return (UrlEncoded, Bytes("text=" + new string('%', 300_000)));
        yield return (UrlEncoded, Bytes("text=" + string.Concat(Enumerable.Repeat("%25", 100_000))));
        yield return (UrlEncoded, Bytes("text=" + string.Concat(Enumerable.Repeat("%3C", 87_000))));
        yield return (UrlEncoded, Bytes("text=" + string.Concat(Enumerable.Repeat("%FF%80%00", 29_000))));
        yield return (UrlEncoded, Bytes(new string('&', 300_000)));
        yield return (UrlEncoded, Bytes(new string('=', 300_000)));
        yield return (UrlEncoded, Bytes(new string('n', 262_000) + "=x"));
        yield return (UrlEncoded, Bytes(string.Concat(Enumerable.Repeat("aB_", 80_000)) + "=x"));
        yield return (UrlEncoded + "; charset=utf-7", Bytes("text=+ADw-script+AD4-alert(1)"));
        yield return (UrlEncoded + "; charset=utf-16", Encoding.Unicode.GetBytes("text=<script>alert(1)"));
        yield return (UrlEncoded, Bytes("text=</textarea><script>alert(1)</script>&<script>alert(1)=x&\uFFFF=\uFFFF"));
        yield return (UrlEncoded, Encoding.UTF8.GetBytes("a=\uFFFF\uFFFF&\uFFFF=b"));
        yield return (Parts, Bytes(string.Concat(Enumerable.Range(0, 10_000).Select(i => Part($"f{i}", "x"))) + "--b--\r\n"));
        yield return (Parts, Bytes(string.Concat(Enumerable.Repeat("--b\r\n", 50_000))));
        yield return (Parts, Bytes(new string('-', 300_000)));
        yield return (Parts, Bytes(Part("text", string.Concat(Enumerable.Repeat("\r\n--", 60_000)))));
        yield return (Parts, Bytes("--b\r\nContent-Disposition: form-data; name=\"unclosed\r\n\r\nx\r\n--b--\r\n"));
        yield return (Parts, Bytes(Part(new string('n', 4_000), "x") + "--b--\r\n"));
        yield return (Parts, Bytes(Part(new string('n', 100_000), "x") + "--b--\r\n"));
        yield return (
            Parts, Bytes("--b\r\n" + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"X-{i}: 1\r\n")) + "\r\nx\r\n--b--\r\n"));
        yield return (
            Parts,
            Bytes("--b\r\nContent-Type: multipart/mixed; boundary=b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n" + Part(
                "a", "y") + "--b--\r\n--b--\r\n"));
        yield return (
            Parts,
            Bytes(Part("\"; filename=\"x", "<script>alert(1)</script>") + Part("t", "</textarea><script>alert(1)</script>") + "--b--\r\n"));
        yield return ("multipart/form-data; boundary=" + new string('b', 71), Bytes("--b"));
        yield return ("multipart/form-data", Bytes("--b"));
        yield return ("multipart/form-data; boundary=\"\"", Bytes("--\r\n"));
        yield return ("text/plain", Bytes(new string('a', 300_000)));
    }
}
