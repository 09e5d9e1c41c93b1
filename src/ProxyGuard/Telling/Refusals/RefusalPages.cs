using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Refusals;

/// <summary>Everything a refusal says.</summary>
/// <param name="RetryAfter">As in the header.</param>
/// <param name="Typed">What the member had typed, to be handed back.</param>
/// <param name="IsLost">There was a form, and no room for what was in it.</param>
internal sealed record Refusal(
    RefusalReason Why, StatusDocument Status, TimeSpan RetryAfter, IReadOnlyList<SubmittedField> Typed, bool IsLost = false);

/// <summary>Renders a refusal for people and for programs, in the client's language.</summary>
internal sealed class RefusalPages(LiveSettings settings, AllowedOrigins origins)
{
    private readonly Derived<PageSite> _site = settings.Derive(PageSite.Of);

    /// <summary>Those that depend on how it is rendered: it is for this client and this moment alone.</summary>
    public void SetHeaders(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Vary = "Accept, Accept-Language, Cookie";
        PageHeaders.Protect(context.Response);
        context.Response.Headers.ContentSecurityPolicy = PageAsset.ContentSecurityPolicyInFrames;
        origins.Apply(context);
    }

    public RenderedPage Render(Refusal refusal, HttpRequest request)
    {
        Wording wording = WordingFor(request);
        PageSite site = _site.Value with { RequestId = RequestId.Of(request.HttpContext) };
        SubmittedField[] typed = RefusalPage.Ordered(refusal.Typed);
        string page = refusal.Why switch
        {
            RefusalReason.WriteRefused =>
                RefusalPage.Render(refusal.Status, wording, site, refusal.RetryAfter, typed, refusal.IsLost, FormOf(request)),
            RefusalReason.Maintenance => MaintenancePage.Render(refusal.Status, wording, site),
            RefusalReason.NoUpstream => UnavailablePage.Render(refusal.Status, wording, site, "unavailable", typed, refusal.IsLost),
            RefusalReason.WriteInterrupted =>
                UnavailablePage.Render(refusal.Status, wording, site, "interrupted", typed, refusal.IsLost),
            _ => throw new UnreachableException($"refusal {refusal.Why}"),
        };
        return new RenderedPage(page, refusal.Why == RefusalReason.Maintenance ? [] : typed);
    }

    /// <summary>
    /// The page that the form was on, when it says so and is one of the site's own; null otherwise. Without a host: it leads nowhere else.
    /// </summary>
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
            json.WriteString("type", _site.Value.Prefix);
            json.WriteString("title", wording[TitleOf(refusal.Why)]);
            json.WriteNumber("status", StatusCodes.Status503ServiceUnavailable);
            json.WriteString("detail", string.Join(' ', Sentences(refusal, wording)));
            // What scripts of old applications show, WordPress' among them, which know no problem+json.
            json.WriteString("code", PublicNames.Of(refusal.Why));
            json.WriteString("message", string.Join(' ', Sentences(refusal, wording)));
            StatusJson.WriteFacts(json, status);
            json.WriteNumber("retryAfterSeconds", (long)Math.Ceiling(refusal.RetryAfter.TotalSeconds));
            json.WriteNumber("revision", status.Revision);
            json.WriteString("statusUrl", _site.Value.Prefix);
            json.WriteString("requestId", RequestId.Of(request.HttpContext));
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

    private Wording WordingFor(HttpRequest request) => LanguageChoice.WordingFor(request, _site.Value.Languages);
}
