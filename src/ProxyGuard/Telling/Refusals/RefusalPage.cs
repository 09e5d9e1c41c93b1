using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// The answer to a refused write: that nothing was saved, why, when to try again, and the text back. It never reloads itself: that would
/// send the form again.
/// </summary>
internal static class RefusalPage
{
    /// <param name="retryAfter">The same as in the Retry-After header of this answer.</param>
    /// <param name="typed">As <see cref="Ordered"/> has them.</param>
    /// <param name="form">Where the form is, to go back to; null when that is not known.</param>
    public static string Render(
        StatusDocument status, Wording wording, PageSite site, TimeSpan retryAfter, IReadOnlyList<SubmittedField> typed, bool isLost,
        string? form)
    {
        Html main = Html.Of($"""
            <div class="now">
            <h1><span class="sign" aria-hidden="true"></span>{wording["refused.headline"]}</h1>
            <p>{wording["refused.lead"]} <span data-until-open>{wording["refused.later"]}</span></p>
            <p id="open"></p>
            </div>
            {Typed(wording, typed, isLost)}
            <section data-until-open aria-labelledby="why-heading">
            <h2 id="why-heading">{wording["refused.why"]}</h2>
            {Parts.Facts(status, wording)}
            </section>
            {Parts.Message(status, wording)}
            {When(status, wording, site, retryAfter, form)}
            {Parts.CatchUp(status, wording)}
            """);
        return new Page("refusal", wording["refused.title"], Html.Nothing, main).Render(status, wording, site);
    }

    private static Html When(StatusDocument status, Wording wording, PageSite site, TimeSpan retryAfter, string? form) => Html.Of($"""
        <section aria-labelledby="when-heading">
        <h2 id="when-heading">{wording["refused.when"]}</h2>
        <p id="advice">{Advice(status, wording, retryAfter)}</p>
        <p id="live" data-until-open></p>
        <p>{wording["refused.when.back"]}</p>
        <p id="controls"><a href="{site.Prefix}" target="_blank" rel="noopener">{wording["status.link"]}</a>{Back(wording, form)}</p>
        </section>
        """);

    // In a tab of its own: this page has what was typed.
    private static Html Back(Wording wording, string? form) =>
        form is null ? Html.Nothing : Html.Of($" <a href=\"{form}\" target=\"_blank\" rel=\"noopener\">{wording["refused.form"]}</a>");

    /// <summary>A time is only named where there is evidence for it; the header has to name one in any case.</summary>
    private static string Advice(StatusDocument status, Wording wording, TimeSpan retryAfter)
    {
        if (status.Mode == SiteMode.Normal)
            return wording["refused.when.now"];
        bool isEstimated = status.CatchUp is { Remaining: not null } or { State: CatchUpState.Done };
        // Of a hold the end is known; only the header has an upper bound.
        if (status.Cause == Cause.Operator)
            return status.End is { } end ? Later(wording, end - status.At) : wording["refused.when.unknown"];
        return isEstimated ? Later(wording, retryAfter) : wording["refused.when.unknown"];
    }

    private static string Later(Wording wording, TimeSpan retryAfter)
    {
        return retryAfter < TimeSpan.FromMinutes(1)
            ? wording["refused.when.soon"]
            : wording.Say("refused.when.later", ("duration", Phrases.Duration(wording, retryAfter)));
    }

    /// <param name="isLost">There was a form, and no room for what was in it.</param>
    internal static Html Typed(Wording wording, IReadOnlyList<SubmittedField> typed, bool isLost)
    {
        if (isLost)
            return Html.Of($"""<p>{wording["typed.lost"]}</p>""");
        if (typed.Count == 0)
            return Html.Of($"""<p>{wording["typed.files"]}</p>""");
        SubmittedField[] written = [.. typed.Where(field => !field.IsMachineMade)];
        SubmittedField[] others = [.. typed.Where(field => field.IsMachineMade)];
        return Html.Of($"""
            <section class="typed" aria-labelledby="typed-heading">
            <h2 id="typed-heading">{wording["typed.heading"]}</h2>
            <p>{wording["typed.lead"]}</p>
            {Html.Join(written.Select((field, index) => Field(wording, field, index)))}
            {Others(wording, others, written.Length)}
            <p>{wording["typed.files"]}</p>
            </section>
            """);
    }

    /// <summary>
    /// In the order in which <see cref="Typed"/> shows them: what a member has thought about first, what the form carries for itself last.
    /// </summary>
    public static SubmittedField[] Ordered(IReadOnlyList<SubmittedField> typed) =>
        [.. typed.OrderBy(field => field.IsMachineMade ? 2 : field.IsLong ? 0 : 1)];

    private static Html Others(Wording wording, SubmittedField[] others, int first) => others.Length == 0 ? Html.Nothing : Html.Of($"""
        <details>
        <summary>{wording["typed.others"]}</summary>
        {Html.Join(others.Select((field, index) => Field(wording, field, first + index)))}
        </details>
        """);

    // The line break after the start tag is eaten by the parser; without it, one that was typed would be.
    private static Html Field(Wording wording, SubmittedField field, int index) => Html.Of(
        $"<div class=\"field\"><label for=\"typed-{index}\">{wording.Say("typed.field", ("name", field.Name))}</label>\n"
        + $"<textarea id=\"typed-{index}\" readonly dir=\"auto\" rows=\"{field.Rows}\">\n{Html.LongText}</textarea></div>\n");
}
