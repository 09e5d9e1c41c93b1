using System.Globalization;
using System.Text;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Telling.Pages;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>GET /api/v1/dry-run: what would have been refused. A page for browsers, JSON for everybody else.</summary>
internal sealed class RehearsalApi(RehearsalLog rehearsal, GuardRules rules)
{
    public Task GetAsync(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains(
            "text/html", StringComparison.Ordinal) ? PageAsync(context) : AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("dryRun", rules.Requests.IsDryRun);
            // As it was called before; goes with the next version.
            json.WriteBoolean("rehearses", rules.Requests.IsDryRun);
            json.WriteString("since", PublicNames.Of(rehearsal.Since));
            Write(json, "wouldBeRefused", Rehearsed.Write);
            Write(json, "readsThatMayWrite", Rehearsed.SuspectedRead);
            json.WriteNumber("notListed", rehearsal.NotListed);
        });

    private void Write(System.Text.Json.Utf8JsonWriter json, string name, Rehearsed what)
    {
        json.WriteStartArray(name);
        foreach ((RehearsedKind kind, RehearsedCount count) in rehearsal.Of(what))
        {
            json.WriteStartObject();
            json.WriteString("method", kind.Method);
            json.WriteString("path", kind.Path);
            json.WriteNumber("times", count.Times);
            json.WriteNumber("duringIncidents", count.DuringIncidents);
            json.WriteString("lastAt", PublicNames.Of(count.LastAt));
            if (count.Known is { } known)
                json.WriteString("known", known);
            json.WriteStartArray("common");
            foreach (CommonParameter parameter in count.Parameters.Common)
            {
                json.WriteStartObject();
                json.WriteString("in", parameter.Source == ParameterSource.Form ? "form" : "query");
                json.WriteString("name", parameter.Name);
                json.WriteString("value", parameter.Value);
                json.WriteNumber("times", parameter.Times);
                json.WriteString("rule", SuggestedRule.Of(kind, parameter));
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteString("rule", SuggestedRule.Of(kind));
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private async Task PageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        byte[] page = Encoding.UTF8.GetBytes(Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Rehearsal – {rules.Site.Name}</title>
            <style>
            body {Block("margin: 2rem auto; max-width: 60rem; padding: 0 1rem; font: 1rem/1.5 system-ui, sans-serif; color-scheme: light dark")}
            table {Block("border-collapse: collapse; width: 100%; margin-bottom: 2rem")}
            th, td {Block("text-align: left; vertical-align: top; padding: .4rem 0 .4rem 1rem; border-bottom: 1px solid #8886")}
            th:first-child, td:first-child {Block("padding-left: 0; width: 100%; overflow-wrap: anywhere")}
            pre {Block("margin: .3rem 0; white-space: pre-wrap; font-size: .85em")}
            td.n, th.n {Block("text-align: right; font-variant-numeric: tabular-nums")}
            small {Block("display: block; opacity: .75")}
            </style>
            </head>
            <body>
            <h1>Rehearsal</h1>
            <p>{(rules.Requests.IsDryRun ? "Nothing is refused. This is what would have been, since " : "Not switched on: ProxyGuard:Requests:DryRun is false. Since ")}{TimeOfDay(rehearsal.Since)}.</p>
            <h2>Would be refused while the site is read-only</h2>
            <p>Searches and other requests here that change nothing need a rule with <code>"Is": "read"</code>; login and logout one with <code>"Is": "pass"</code>.</p>
            {Table(Rehearsed.Write)}
            <h2>Reads that may write</h2>
            <p>They were answered with a redirect, as what has just changed something is. Those that do need a rule with <code>"Is": "write"</code>.</p>
            {Table(Rehearsed.SuspectedRead)}
            {(rehearsal.NotListed == 0 ? Html.Nothing : Html.Of($"<p>{Number(rehearsal.NotListed)} requests of further kinds are not listed.</p>"))}
            </body>
            </html>
            """).ToString());
        context.Response.ContentLength = page.Length;
        await context.Response.Body.WriteAsync(page, context.RequestAborted).ConfigureAwait(false);
    }

    private Html Table(Rehearsed what)
    {
        IReadOnlyList<(RehearsedKind Kind, RehearsedCount Count)> rows = rehearsal.Of(what);
        if (rows.Count == 0)
            return Html.Of($"<p>None so far.</p>");
        return Html.Of($"""
            <table>
            <tr><th>Request</th><th class="n">Times</th><th class="n">In incidents</th></tr>
            {Html.Join(rows.Select(row => Row(row.Kind, row.Count)))}
            </table>
            """);
    }

    private static Html Row(RehearsedKind kind, RehearsedCount count) => Html.Of($"""
        <tr><td><code>{kind.Method} {kind.Path}</code><small>last {TimeOfDay(count.LastAt)}{(count.Known is null ? "" : $" · {count.Known}")}</small>{Rules(kind, count)}</td><td class="n">{Number(count.Times)}</td><td class="n">{Number(count.DuringIncidents)}</td></tr>
        """);

    private static Html Rules(RehearsedKind kind, RehearsedCount count)
    {
        IReadOnlyList<CommonParameter> common = count.Parameters.Common;
        return Html.Of($"""
            <details><summary>Rule</summary><pre>{SuggestedRule.Of(kind)}</pre>{(common.Count == 0 ? Html.Nothing : Html.Of($"<p>Sent from several addresses:</p>{Html.Join(common.Select(parameter => Html.Of($"<pre>{SuggestedRule.Of(kind, parameter)}  {Number(parameter.Times)} times</pre>")))}"))}</details>
            """);
    }

    private static string TimeOfDay(DateTimeOffset at) => at.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Html Block(string declarations) => Html.Of($"{{ {declarations} }}");
}
