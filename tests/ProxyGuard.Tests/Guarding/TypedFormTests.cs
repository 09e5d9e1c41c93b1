using System.Net;
using System.Text;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Guarding;

/// <summary>Whoever typed something that is refused gets it back, whatever form it was typed into.</summary>
public sealed class TypedFormTests
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
    public async Task A_form_comes_back_in_the_letters_it_was_typed_in(string body, string text)
    {
        using HttpRequestMessage request = RefusalTests.Form("/comments", body);

        Assert.Contains(text, await TypedAsync(request), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_was_typed_below_a_large_photo_comes_back_too(bool isOldPage)
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
    public async Task A_form_without_measure_is_answered_with_a_page_of_measure()
    {
        using HttpRequestMessage request = RefusalTests.Form("/comments", $"text={new string('a', 3_000_000)}");

        Assert.InRange((await TypedAsync(request)).Length, 256 * 1024, 300 * 1024);
        using HttpRequestMessage many = RefusalTests.Form("/comments", string.Join('&', Enumerable.Range(0, 100_000).Select(field => $"f{field}=x")));
        Assert.InRange((await TypedAsync(many)).Length, 1_000, 40 * 1024);
    }

    /// <summary>The page, as a browser shows its text.</summary>
    private static async Task<string> TypedAsync(HttpRequestMessage request)
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        using HttpResponseMessage answer = await site.Http.SendAsync(request);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answer.StatusCode);
        return WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());
    }
}
