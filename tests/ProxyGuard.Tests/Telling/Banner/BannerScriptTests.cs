using System.Text;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Banner;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Public;

using ProxyGuard.Tests.Telling.Status;

namespace ProxyGuard.Tests.Telling.Banner;

public sealed class BannerScriptTests
{
    [Fact]
    public void The_script_version_changes_only_with_its_content()
    {
        string version = BannerScript.Compose(["de", "en"], Statuses.Prefix).Version;

        Assert.Equal(version, BannerScript.Compose(["de", "en"], Statuses.Prefix).Version);
        Assert.NotEqual(version, BannerScript.Compose(["en", "de"], Statuses.Prefix).Version);
        Assert.NotEqual(version, BannerScript.Compose(["de", "en"], "/elsewhere/").Version);
        Assert.Matches("^[0-9a-f]{12}$", version);
    }

    [Fact]
    public void The_script_is_pure_ASCII() =>
        Assert.All(
            BannerScript.Compose(["de", "en", "fr"], Statuses.Prefix).Bytes.ToArray(), one => Assert.InRange(one, (byte)9, (byte)126));

    [Theory]
    [InlineData("innerHTML")]
    [InlineData("eval(")]
    [InlineData("document.write")]
    [InlineData("=>")]
    [InlineData("`")]
    [InlineData("const ")]
    [InlineData("let ")]
    [InlineData("beforeunload")]
    public void The_script_avoids_unsafe_and_modern_constructs(string what) =>
        Assert.DoesNotContain(
            what, Encoding.UTF8.GetString(BannerScript.Compose(["fr"], Statuses.Prefix).Bytes.Span), StringComparison.Ordinal);

    [Fact]
    public void Every_text_a_script_uses_is_supplied_to_it()
    {
        string banner = Encoding.UTF8.GetString(BannerScript.Compose(["en"], Statuses.Prefix).Bytes.Span);
        string page = StatusPage.Render(Statuses.Normal, Wording.For("en"), Statuses.Site);

        Assert.All(
            BannerScript.Files.Where(file => file.StartsWith("banner", StringComparison.Ordinal)).SelectMany(file => KeysIn(PageAsset.Embedded(file))),
            key => Assert.Contains($"\"{key}\":", banner, StringComparison.Ordinal));
        Assert.All(KeysIn(PageAsset.Embedded("status.js")), key => Assert.Contains($"&quot;{key}&quot;:", page, StringComparison.Ordinal));
        Assert.All(
            KeysIn(PageAsset.Embedded("phrases.js")).Where(key => !key.StartsWith("bytes.", StringComparison.Ordinal)),
            key => Assert.Contains($"\"{key}\":", banner, StringComparison.Ordinal));
        Assert.All(KeysIn(PageAsset.Embedded("phrases.js")), key => Assert.Contains($"&quot;{key}&quot;:", page, StringComparison.Ordinal));
    }

    [Fact]
    public void The_banner_script_stays_small()
    {
        PageAsset script = BannerScript.Compose(["de", "en", "fr"], Statuses.Prefix);

        Assert.InRange(script.Bytes.Length, 1, 36 * 1024);
        Assert.InRange(script.GzipBytes.Length, 1, 12 * 1024);
    }

    private static IEnumerable<string> KeysIn(string script) =>
        System.Text.RegularExpressions.Regex.Matches(
            script, "'([a-z]+\\.[a-z.-]+[a-z])'").Select(match => match.Groups[1].Value).Where(IsKey);

    private static bool IsKey(string quoted) => Wording.For("en").Keys.Contains(quoted);
}
