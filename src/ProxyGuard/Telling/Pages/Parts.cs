using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Pages;

/// <summary>
/// What several pages say about a status. Each part is one element with a data-part attribute, also when it says nothing: when the story
/// changes, the script takes the parts from a new status page. Numbers have a data-live attribute and are kept up to date one by one.
/// </summary>
internal static class Parts
{
    /// <summary>Why, since when, as of when pages are, and when it ends: what every page about a status says.</summary>
    public static Html Facts(StatusDocument status, Wording wording)
    {
        string[] sentences = [.. Story.CausesOf(status).Append(Story.ConsequenceOf(status)).OfType<string>().Select(key => wording[key])];
        Html why = sentences.Length > 0 ? Html.Of($"<p>{string.Join(' ', sentences)}</p>") : Html.Nothing;
        Html since = status.Since is { } began
            ? Html.Of($"{Html.Say(wording, "since", ("time", TimeOfDay(wording, began, status.At)))} ")
            : Html.Nothing;
        Html end = status.End is { } moment
            ? Html.Of($" {Html.Say(wording, "ends", ("time", TimeOfDay(wording, moment, status.At)))}")
            : Html.Nothing;
        return Html.Of($"""
            <div data-part="facts">
            {why}
            <p>{since}{AsOf(status, wording)}{end}</p>
            </div>
            """);
    }

    /// <summary>The operator's words, in the reader's language if there are any, else in one there is, and marked as such.</summary>
    public static Html Message(StatusDocument status, Wording wording)
    {
        if (MessageFor(status, wording.Language) is not { } message)
            return Html.Of($"""<div data-part="message"></div>""");
        return Html.Of($"""
            <section data-part="message" class="message" aria-labelledby="message-heading">
            <h2 id="message-heading">{wording["message.heading"]}</h2>
            <p lang="{message.Language}">{message.Text}</p>
            </section>
            """);
    }

    /// <summary>How far the catch-up is: bar, sentence, numbers.</summary>
    public static Html CatchUp(StatusDocument status, Wording wording)
    {
        if (status.CatchUp is not { } catchUp)
            return Html.Of($"""<div data-part="catch-up"></div>""");
        Html reopens = Story.ReopensByItself(status) ? Html.Of($" {wording["catch-up.reopens"]}") : Html.Nothing;
        return Html.Of($"""
            <section data-part="catch-up" aria-labelledby="catch-up-heading">
            <h2 id="catch-up-heading">{wording["catch-up.heading"]}</h2>
            <p data-announce>{wording[Story.StateOf(catchUp)]}{reopens}</p>
            {Bar(catchUp, wording)}
            {Numbers(catchUp, wording)}
            </section>
            """);
    }

    private static Html AsOf(StatusDocument status, Wording wording)
    {
        string key = Story.CurrencyOf(status);
        // Sentences without a placeholder have no use for the moment.
        Html moment = status.AsOf is { } asOf ? TimeOfDay(wording, asOf, status.At, "as-of") : Html.Nothing;
        return Html.Say(wording, key, ("time", moment));
    }

    /// <param name="live">The name by which the script keeps it up to date; null when it stays.</param>
    public static Html TimeOfDay(Wording wording, DateTimeOffset moment, DateTimeOffset now, string? live = null)
    {
        Html name = live is null ? Html.Nothing : Html.Of($" data-live=\"{live}\"");
        return Html.Of($"<time datetime=\"{PublicNames.Of(moment)}\"{name}>{Phrases.Time(wording, moment, now)}</time>");
    }

    private static Html Bar(CatchUp catchUp, Wording wording)
    {
        if (catchUp.Percent is not { } percent)
            return catchUp.State == CatchUpState.Done ? Html.Nothing : Html.Of($"<p>{wording["progress.unknown"]}</p>");
        string done = wording.Say("progress.done", ("percent", Phrases.Percent(wording, percent)));
        string value = percent.ToString("F1", System.Globalization.CultureInfo.InvariantCulture);
        return Html.Of($"""
            <div class="bar"><progress data-live="bar" max="100" value="{value}" aria-label="{wording["progress.label"]}" aria-valuetext="{done}">{done}</progress> <span data-live="percent" aria-hidden="true">{done}</span></div>
            """);
    }

    private static Html Numbers(CatchUp catchUp, Wording wording)
    {
        if (catchUp.State == CatchUpState.Done)
            return Html.Nothing;
        Html unknown = catchUp.Remaining is null ? Html.Of($"<p>{wording["remaining.unknown"]}</p>") : Html.Nothing;
        return Html.Of($"""
            {unknown}
            <dl>
            {Number(wording, "remaining", catchUp.Remaining is { } remaining ? Phrases.Range(wording, remaining) : null)}
            {Number(wording, "behind", catchUp.Behind is { } behind ? Phrases.Duration(wording, behind) : null)}
            {Number(wording, "queue", catchUp.QueueBytes is { } queue ? Phrases.Bytes(wording, queue) : null)}
            {Number(wording, "rate", catchUp.BytesPerSecond is { } rate ? Phrases.Rate(wording, rate) : null)}
            </dl>
            """);
    }

    private static Html Number(Wording wording, string name, string? value) =>
        value is null ? Html.Nothing : Html.Of($"<div><dt>{wording[$"{name}.label"]}</dt><dd data-live=\"{name}\">{value}</dd></div>");

    private static (string Language, string Text)? MessageFor(StatusDocument status, string language)
    {
        foreach (string candidate in (string[])[language, "en", .. status.Message.Keys])
        {
            if (status.Message.TryGetValue(candidate, out string? text) && !string.IsNullOrWhiteSpace(text))
                return (candidate, text.Trim());
        }

        return null;
    }
}
