using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Telling.Admin;

/// <summary>
/// GET /api/v1/diagnosis: what is wrong, and what to do. In the language of <c>?lang=</c>, else the one that Accept-Language likes best.
/// </summary>
internal sealed class DiagnosisApi(DiagnosisSource source)
{
    /// <summary>As of now: the fleet as the probes saw it last, and what the last examinations told.</summary>
    public SiteDiagnosis Current => source.Now;

    public Task GetAsync(HttpContext context) => LanguageOf(context.Request) is { } language
        ? AdminJson.WriteAsync(context, StatusCodes.Status200OK, new DiagnosisJson(Current, language).Write)
        : NoSuchLanguageAsync(context);

    /// <summary>Null when <c>?lang=</c> asks for one that there are no texts in.</summary>
    public static string? LanguageOf(HttpRequest request) => request.Query["lang"].ToString() is { Length: > 0 } asked
        ? Wording.Languages.FirstOrDefault(language => language == asked)
        : LanguageChoice.For(request.Headers.AcceptLanguage.ToString(), [.. Wording.Languages]);

    public static Task NoSuchLanguageAsync(HttpContext context) =>
        AdminJson.ProblemAsync(context, StatusCodes.Status400BadRequest, $"lang must be one of {string.Join(", ", Wording.Languages)}.");
}
