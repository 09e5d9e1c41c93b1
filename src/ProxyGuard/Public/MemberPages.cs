using System.Buffers;
using System.Text.Json;
using ProxyGuard.Banner;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Guarding;
using ProxyGuard.Public.Pages;
using ProxyGuard.Texts;

namespace ProxyGuard.Public;

/// <summary>Everything that is rendered for members, each in the language of who asks.</summary>
internal sealed class MemberPages
{
    private readonly SiteRules _site;
    private readonly string _prefix;
    private readonly PageAsset _banner;

    public MemberPages(GuardRules rules, ReservedPrefix prefix)
    {
        _site = rules.Site;
        _prefix = prefix.Path;
        _banner = BannerScript.Compose(_site.Languages, _prefix);
        BannerTag = new BannerTag(_prefix, _banner.Version);
    }

    public BannerTag BannerTag { get; }

    /// <summary>Null when there is no such file.</summary>
    public PageAsset? Asset(string fileName) =>
        fileName == _banner.FileName ? _banner : PageAsset.All.FirstOrDefault(asset => asset.FileName == fileName);

    public string Status(StatusDocument status, HttpRequest request) => StatusPage.Render(status, WordingFor(request), _prefix);

    public string Refusal(StatusDocument status, TimeSpan retryAfter, IReadOnlyList<TypedField> typed, HttpRequest request) =>
        status.Mode == SiteMode.Maintenance
            ? MaintenancePage.Render(status, WordingFor(request), _prefix)
            : RefusalPage.Render(status, WordingFor(request), _prefix, retryAfter, typed);

    /// <summary>The same for programs: RFC 9457, with what status.json says as extensions.</summary>
    public byte[] Problem(StatusDocument status, TimeSpan retryAfter, HttpRequest request)
    {
        Wording wording = WordingFor(request);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", _prefix);
            json.WriteString("title", wording[status.Mode == SiteMode.Maintenance ? "headline.maintenance" : "refused.headline"]);
            json.WriteNumber("status", StatusCodes.Status503ServiceUnavailable);
            json.WriteString("detail", string.Join(' ', Sentences(status, wording)));
            json.WriteString("mode", PublicNames.Of(status.Mode));
            json.WriteString("cause", status.Cause is { } cause ? PublicNames.Of(cause) : null);
            json.WriteString("since", PublicNames.Of(status.Since));
            json.WriteNumber("retryAfterSeconds", (long)Math.Ceiling(retryAfter.TotalSeconds));
            json.WriteNumber("revision", status.Revision);
            json.WriteString("statusUrl", _prefix);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static IEnumerable<string> Sentences(StatusDocument status, Wording wording)
    {
        if (status.Mode == SiteMode.Maintenance)
        {
            yield return wording["cause.maintenance"];
            yield break;
        }

        yield return wording["refused.lead"];
        if (Story.CauseOf(status) is { } cause)
            yield return wording[cause];
    }

    private Wording WordingFor(HttpRequest request) => Wording.For(LanguageChoice.For(request.Headers.AcceptLanguage.ToString(), _site.Languages));
}
