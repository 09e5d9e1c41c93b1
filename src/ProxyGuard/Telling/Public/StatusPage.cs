using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Public;

/// <summary>
/// The page at the reserved prefix: what is going on, what members can do, what became of what they sent. Complete without a script.
/// </summary>
internal static class StatusPage
{
    public static string Render(StatusDocument status, Wording wording, PageSite site)
    {
        Html main = Html.Of($"""
            {Now(status, wording)}
            {Parts.Message(status, wording)}
            {Parts.CatchUp(status, wording)}
            {Can(status, wording)}
            {Sent(status, wording)}
            {Footer(status, wording, site)}
            """);
        return new Page("status", wording[Story.HeadlineOf(status)], Page.ReloadWithoutScript, main).Render(status, wording, site);
    }

    private static Html Now(StatusDocument status, Wording wording) => Html.Of($"""
        <div data-part="now" class="now">
        <h1 data-announce><span class="sign" aria-hidden="true"></span>{wording[Story.HeadlineOf(status)]}</h1>
        {Parts.Facts(status, wording)}
        </div>
        """);

    private static Html Can(StatusDocument status, Wording wording)
    {
        Html textKept = status.Mode == SiteMode.ReadOnly && status.CanRead != false
            ? Html.Of($"<p>{wording["can.text-kept"]}</p>")
            : Html.Nothing;
        return Html.Of($"""
            <section data-part="can" aria-labelledby="can-heading">
            <h2 id="can-heading">{wording["can.heading"]}</h2>
            <ul class="can">
            {Ability(wording, "can.read", status.CanRead != false)}
            {Ability(wording, "can.post", status.CanPost != false)}
            </ul>
            {textKept}
            </section>
            """);
    }

    private static Html Ability(Wording wording, string key, bool isPossible)
    {
        Html answer = Html.Of($"<strong>{wording[isPossible ? "can.yes" : "can.not-yet"]}</strong>");
        return Html.Of($"<li class=\"{(isPossible ? "yes" : "not-yet")}\">{Html.Say(wording, key, ("answer", answer))}</li>");
    }

    private static Html Sent(StatusDocument status, Wording wording)
    {
        if (Story.SentOf(status) is not { } key || status.Since is not { } since)
            return Html.Of($"""<div data-part="sent"></div>""");
        return Html.Of($"""
            <section data-part="sent" aria-labelledby="sent-heading">
            <h2 id="sent-heading">{wording["sent.heading"]}</h2>
            <p>{Html.Say(wording, key, ("time", Parts.TimeOfDay(wording, since, status.At)))}</p>
            </section>
            """);
    }

    private static Html Footer(StatusDocument status, Wording wording, PageSite site) => Html.Of($"""
        <footer>
        <p>{Html.Say(wording, "live.at", ("time", Parts.TimeOfDay(wording, status.At, status.At, "at")))} <span id="live"></span></p>
        <p id="controls"><a href="{site.Prefix}">{wording["live.reload"]}</a></p>
        </footer>
        """);
}
