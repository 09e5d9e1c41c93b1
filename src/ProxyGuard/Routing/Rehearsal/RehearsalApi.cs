using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Telling.Admin;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>GET /api/v1/dry-run: what would have been refused. A page for browsers, JSON for everybody else.</summary>
internal sealed class RehearsalApi(RehearsalLog rehearsal, MovementRecord movement, RehearsalPage page, LiveSettings settings)
{
    public Task GetAsync(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains(
            "text/html", StringComparison.Ordinal) ? page.WriteAsync(context) : AdminJson.WriteAsync(context, StatusCodes.Status200OK, json =>
        {
            json.WriteBoolean("dryRun", settings.Current.Rules.Requests.IsDryRun);
            // As it was called before; goes with the next version.
            json.WriteBoolean("rehearses", settings.Current.Rules.Requests.IsDryRun);
            json.WriteString("since", PublicNames.Of(rehearsal.Since));
            Write(json, "wouldBeRefused", Rehearsed.Write);
            Write(json, "readsThatMayWrite", Rehearsed.SuspectedRead);
            json.WriteNumber("notListed", rehearsal.NotListed);
            WriteMovement(json);
        });

    private void WriteMovement(Utf8JsonWriter json)
    {
        (IReadOnlyList<MovementWindow> windows, IReadOnlyList<MovementKind> kinds) = movement.Take();
        json.WriteStartArray("readsThatMoveTheHead");
        foreach (WritingRead read in WritingReads.Of(windows, kinds))
        {
            json.WriteStartObject();
            json.WriteString("request", kinds[read.Kind].Name);
            json.WriteStartArray("orOneOf");
            foreach (int alike in read.Alike)
                json.WriteStringValue(kinds[alike].Name);
            json.WriteEndArray();
            json.WriteNumber("bytes", Math.Round(read.Bytes));
            json.WriteNumber("low", Math.Round(read.Low));
            json.WriteNumber("high", Math.Round(read.High));
            json.WriteNumber("requests", read.Requests);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("watchedSeconds", Math.Round(windows.Sum(window => window.Seconds)));
    }

    private void Write(Utf8JsonWriter json, string name, Rehearsed what)
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
}
