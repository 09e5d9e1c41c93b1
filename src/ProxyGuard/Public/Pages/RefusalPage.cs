using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Texts;

namespace ProxyGuard.Public.Pages;

/// <summary>What a member typed into one field of the refused form. Whoever makes it leaves out passwords and tokens.</summary>
/// <param name="Name">The form's own name for the field.</param>
internal sealed record TypedField(string Name, string Text);

/// <summary>
/// The answer to a refused write: that nothing was saved, why, when to try again, and the text back. It never reloads itself: that would send the form again.
/// </summary>
internal static class RefusalPage
{
    private const int FewestRows = 1;
    private const int MostRows = 16;
    private const int CharactersPerRow = 70;

    /// <param name="prefix">The reserved prefix, with a slash at both ends.</param>
    /// <param name="retryAfter">The same as in the Retry-After header of this answer.</param>
    /// <param name="typed">In the form's order. Blank fields are left out here.</param>
    public static string Render(StatusDocument status, Wording wording, string prefix, TimeSpan retryAfter, IReadOnlyList<TypedField> typed)
    {
        Html main = Html.Of($"""
            <div class="now">
            <h1><span class="sign" aria-hidden="true"></span>{wording["refused.headline"]}</h1>
            <p>{wording["refused.lead"]} <span data-until-open>{wording["refused.later"]}</span></p>
            <p id="open"></p>
            </div>
            {Typed(wording, typed)}
            <section data-until-open aria-labelledby="why-heading">
            <h2 id="why-heading">{wording["refused.why"]}</h2>
            {Parts.Cause(status, wording)}
            </section>
            {Parts.Message(status, wording)}
            {When(status, wording, prefix, retryAfter)}
            {Parts.CatchUp(status, wording)}
            """);
        return new Page("refusal", wording["refused.title"], Html.Nothing, main).Render(status, wording, prefix);
    }

    private static Html When(StatusDocument status, Wording wording, string prefix, TimeSpan retryAfter) => Html.Of($"""
        <section aria-labelledby="when-heading">
        <h2 id="when-heading">{wording["refused.when"]}</h2>
        <p id="advice">{Advice(status, wording, retryAfter)}</p>
        <p id="live" data-until-open></p>
        <p>{wording["refused.when.back"]}</p>
        <p id="controls"><a href="{prefix}" target="_blank" rel="noopener">{wording["status.link"]}</a></p>
        </section>
        """);

    /// <summary>A time is only named where there is evidence for it; the header has to name one in any case.</summary>
    private static string Advice(StatusDocument status, Wording wording, TimeSpan retryAfter)
    {
        if (status.Mode == SiteMode.Normal)
            return wording["refused.when.now"];
        bool isEstimated = status.CatchUp is { Remaining: not null } or { State: CatchUpState.Done };
        // Of a hold the end is known; only the header has an upper bound.
        if (status.Cause == Cause.Operator)
            return Story.EndOf(status) is { } end ? Later(wording, end - status.At) : wording["refused.when.unknown"];
        return isEstimated ? Later(wording, retryAfter) : wording["refused.when.unknown"];
    }

    private static string Later(Wording wording, TimeSpan retryAfter)
    {
        return retryAfter < TimeSpan.FromMinutes(1)
            ? wording["refused.when.soon"]
            : wording.Say("refused.when.later", ("duration", Phrases.Duration(wording, retryAfter)));
    }

    internal static Html Typed(Wording wording, IReadOnlyList<TypedField> typed)
    {
        TypedField[] written = [.. typed.Where(field => !string.IsNullOrWhiteSpace(field.Text))];
        if (written.Length == 0)
            return Html.Of($"""<p>{wording["typed.files"]}</p>""");
        return Html.Of($"""
            <section class="typed" aria-labelledby="typed-heading">
            <h2 id="typed-heading">{wording["typed.heading"]}</h2>
            <p>{wording["typed.lead"]}</p>
            {Html.Join(written.Select((field, place) => Field(wording, field, place)))}
            <p>{wording["typed.files"]}</p>
            </section>
            """);
    }

    // The line break after the start tag is eaten by the parser; without it, one that was typed would be.
    private static Html Field(Wording wording, TypedField field, int place) => Html.Of(
        $"<div class=\"field\"><label for=\"typed-{place}\">{wording.Say("typed.field", ("name", field.Name))}</label>\n"
        + $"<textarea id=\"typed-{place}\" readonly dir=\"auto\" rows=\"{RowsFor(field.Text)}\">\n{field.Text}</textarea></div>\n");

    private static int RowsFor(string text) =>
        Math.Clamp(text.Split('\n').Sum(line => 1 + line.Length / CharactersPerRow), FewestRows, MostRows);
}
