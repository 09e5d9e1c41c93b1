using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using ProxyGuard.Banner;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Guarding;
using ProxyGuard.Public.Pages;
using ProxyGuard.Texts;

namespace ProxyGuard.Public;

/// <summary>Why a request is answered with 503.</summary>
internal enum RefusalReason
{
    /// <summary>It would write, and the site does not accept writes.</summary>
    WriteRefused,

    /// <summary>The site is closed, and this is one who wants to look at it.</summary>
    Maintenance,

    /// <summary>No web server can have it.</summary>
    NoUpstream,

    /// <summary>It was sent to a web server that failed before it answered; whether it was done is not known.</summary>
    WriteInterrupted,
}

/// <summary>Everything a refusal says.</summary>
/// <param name="RetryAfter">As in the header.</param>
/// <param name="Typed">What the member had typed, to be handed back.</param>
/// <param name="IsLost">There was a form, and no room for what was in it.</param>
internal sealed record Refusal(RefusalReason Why, StatusDocument Status, TimeSpan RetryAfter, IReadOnlyList<TypedField> Typed, bool IsLost = false);

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

    public RenderedPage Refusal(Refusal refusal, HttpRequest request)
    {
        Wording wording = WordingFor(request);
        TypedField[] typed = RefusalPage.Ordered(refusal.Typed);
        string page = refusal.Why switch
        {
            RefusalReason.WriteRefused => RefusalPage.Render(refusal.Status, wording, _prefix, refusal.RetryAfter, typed, refusal.IsLost, FormOf(request)),
            RefusalReason.Maintenance => MaintenancePage.Render(refusal.Status, wording, _prefix),
            RefusalReason.NoUpstream => UnavailablePage.Render(refusal.Status, wording, _prefix, "unavailable", typed, refusal.IsLost),
            RefusalReason.WriteInterrupted => UnavailablePage.Render(refusal.Status, wording, _prefix, "interrupted", typed, refusal.IsLost),
            _ => throw new UnreachableException($"refusal {refusal.Why}"),
        };
        return new RenderedPage(page, refusal.Why == RefusalReason.Maintenance ? [] : typed);
    }

    /// <summary>The page that the form was on, when it says so and is one of the site's own; null otherwise. Without a host: it leads nowhere else.</summary>
    private static string? FormOf(HttpRequest request)
    {
        string said = request.Headers.Referer.ToString();
        bool isOfSite = Uri.TryCreate(said, UriKind.Absolute, out Uri? page) && page.Scheme is "http" or "https"
            && page!.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
        return isOfSite && !page!.PathAndQuery.StartsWith("//", StringComparison.Ordinal) ? page.PathAndQuery : null;
    }

    /// <summary>The same for programs: RFC 9457, with what status.json says as extensions.</summary>
    public byte[] Problem(Refusal refusal, HttpRequest request)
    {
        StatusDocument status = refusal.Status;
        Wording wording = WordingFor(request);
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("type", _prefix);
            json.WriteString("title", wording[TitleOf(refusal.Why)]);
            json.WriteNumber("status", StatusCodes.Status503ServiceUnavailable);
            json.WriteString("detail", string.Join(' ', Sentences(refusal, wording)));
            json.WriteString("mode", PublicNames.Of(status.Mode));
            json.WriteString("cause", status.Cause is { } cause ? PublicNames.Of(cause) : null);
            json.WriteString("observedCause", status.Observed is { } observed ? PublicNames.Of(observed) : null);
            json.WriteString("since", PublicNames.Of(status.Since));
            json.WriteNumber("retryAfterSeconds", (long)Math.Ceiling(refusal.RetryAfter.TotalSeconds));
            json.WriteNumber("revision", status.Revision);
            json.WriteString("statusUrl", _prefix);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static string TitleOf(RefusalReason why) => why switch
    {
        RefusalReason.WriteRefused => "refused.headline",
        RefusalReason.Maintenance => "headline.maintenance",
        RefusalReason.NoUpstream => "unavailable.headline",
        RefusalReason.WriteInterrupted => "interrupted.headline",
        _ => throw new UnreachableException($"refusal {why}"),
    };

    private static IEnumerable<string> Sentences(Refusal refusal, Wording wording)
    {
        yield return wording[refusal.Why switch
        {
            RefusalReason.NoUpstream => "unavailable.lead",
            RefusalReason.WriteInterrupted => "interrupted.lead",
            _ => "refused.lead",
        }];
        if (refusal.Why == RefusalReason.WriteRefused)
            yield return wording["refused.later"];
        if (refusal.Why is not (RefusalReason.WriteRefused or RefusalReason.Maintenance))
            yield break;
        foreach (string cause in Story.CausesOf(refusal.Status))
            yield return wording[cause];
    }

    private Wording WordingFor(HttpRequest request) => Wording.For(LanguageChoice.For(request.Headers.AcceptLanguage.ToString(), _site.Languages));
}
