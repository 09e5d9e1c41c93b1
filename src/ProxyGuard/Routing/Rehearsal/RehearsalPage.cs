using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Telling.Pages;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>The same as <see cref="RehearsalApi"/> tells, as a page.</summary>
internal sealed class RehearsalPage(RehearsalLog rehearsal, MovementRecord movement, LiveSettings settings)
{
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
        byte[] page = Encoding.UTF8.GetBytes(Html.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>Dry run – {settings.Current.Rules.Site.Name}</title>
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
            <h1>Dry run</h1>
            <p>{(settings.Current.Rules.Requests.IsDryRun ? "Nothing is refused. This is what would have been, since " : "Not switched on: ProxyGuard:Requests:DryRun is false. Since ")}{TimeOfDay(rehearsal.Since)}.</p>
            <h2>Would be refused while the site is read-only</h2>
            <p>Searches and other requests here that change nothing need a rule with <code>"Is": "read"</code>; login and logout one with <code>"Is": "pass"</code>.</p>
            {Table(Rehearsed.Write)}
            <h2>Reads that may write</h2>
            <p>They were answered with a redirect, as what has just changed something is. Those that do need a rule with <code>"Is": "write"</code>.</p>
            {Table(Rehearsed.SuspectedRead)}
            <h2>Reads with which the primary's binlog grows</h2>
            <p>Found by comparing how it grows with what is asked for meanwhile, in stretches of a few seconds, over the last two hours at the most. What is told is likely, not certain. A view counter can stay as it is: its writes wait with the replicas, and
            the status page's estimate counts them. A link that does something needs a rule with <code>"Is": "write"</code>.</p>
            {MovementTable()}
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
            <details><summary>{(kind.What == Rehearsed.Write ? "The rule, if it changes nothing" : "The rule, if it changes something")}</summary><pre>{SuggestedRule.Of(kind)}</pre>{(common.Count == 0 ? Html.Nothing : Html.Of($"<p>Sent from several addresses:</p>{Html.Join(common.Select(parameter => Html.Of($"<pre>{SuggestedRule.Of(kind, parameter)}  {Number(parameter.Times)} times</pre>")))}"))}</details>
            """);
    }

    private Html MovementTable()
    {
        (IReadOnlyList<MovementWindow> windows, IReadOnlyList<MovementKind> kinds) = movement.Take();
        ImmutableArray<WritingRead> found = WritingReads.Of(windows, kinds);
        if (windows.Count < WritingReads.FewestWindows)
            return Html.Of($"<p>It takes some five minutes of watching before anything can be told.</p>");
        if (found.IsEmpty)
            return Html.Of($"<p>None was found in {Number((long)(windows.Sum(window => window.Seconds) / 60))} minutes.</p>");
        return Html.Of($"""
            <table>
            <tr><th>Request</th><th class="n">Bytes each</th><th class="n">Times</th></tr>
            {Html.Join(found.Select(read => MovementRow(read, kinds)))}
            </table>
            """);
    }

    private static Html MovementRow(WritingRead read, IReadOnlyList<MovementKind> kinds)
    {
        string alike = read.Alike.IsEmpty ? ""
            : $"or {string.Join(" or ", read.Alike.Select(kind => kinds[kind].Name))}, which is asked for at the same times";
        return Html.Of($"""
            <tr><td><code>{kinds[read.Kind].Name}</code><small>{alike}</small></td><td class="n">{Number((long)read.Bytes)}<small>{Number((long)read.Low)} to {Number((long)read.High)}</small></td><td class="n">{Number(read.Requests)}</td></tr>
            """);
    }

    private static string TimeOfDay(DateTimeOffset at) => at.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static Html Block(string declarations) => Html.Of($"{{ {declarations} }}");
}
