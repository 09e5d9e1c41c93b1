using System.Globalization;
using System.Text.Json;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Reports;
using Spectre.Console;

namespace ProxyGuard.Commands;

/// <summary>
/// How the site is, for a tired person at a narrow terminal: what members get and why, how far catching up is, every server, and the
/// next step. Written from what the management API answers.
/// </summary>
/// <param name="site">The joined answers (<see cref="StatusCommand"/>).</param>
internal sealed class SiteReport(JsonElement site, TerminalTime time, ReportConsole page)
{
    // Two lines of it tell which error it is; doctor has it whole.
    private const int LongestReason = 110;

    private static readonly string[] SeverityOrder = ["Error", "Warning", "Notice"];

    private readonly Wording _labels = Wording.ForReports(time.Words.Language);
    private readonly int _width = Wording.ForReports(time.Words.Language) is var labels
        ? labels.Keys.Where(key => key.StartsWith("status.label.", StringComparison.Ordinal)).Max(key => labels[key].Length) + 1
        : 0;

    public void Write()
    {
        string mode = site.TextOf("mode") ?? "";
        page.Heading($"{site.TextOf("site")}: {Word("status.mode", mode)}", new Style(ColorOf(mode), decoration: Decoration.Bold));
        Line("members", SiteNow.MembersOf(site, _labels));
        if (site.MomentOf("since") is { } since)
            Line("since", _labels.Say("since.known", ("time", time.At(since)), ("amount", time.Between(since))));
        if (site.TextOf("observedCause") is { } observed && observed != site.TextOf("cause"))
            Line("beneath", Word("cause", observed));
        Line("pages", PagesOf());
        WriteHold();
        WriteCatchUp();
        if (site.NumberOf("inFlightWrites") is > 0 and { } writes)
            Line("in-flight", _labels.Say("status.writes", ("count", Whole(writes))));
        WriteSettings();
        page.Blank();
        page.Rows([.. site.ItemsOf("nodes").Select(NodeOf)], 2);
        page.Blank();
        page.Rows([.. site.ItemsOf("webServers").Select(WebServerOf)], 2);
        WriteWorst();
    }

    private string PagesOf() => site.TruthOf("isCurrent") switch
    {
        true => time.Words["as-of.current"],
        false when site.MomentOf("asOf") is { } asOf => time.Words.Say("as-of.known", ("time", time.At(asOf))),
        _ => time.Words["as-of.unknown"],
    };

    private void WriteHold()
    {
        if (site.PartOf("hold") is not { } hold)
        {
            Line("hold", _labels["status.hold.none"]);
            return;
        }

        foreach ((int index, string sentence) in new HoldSentences(hold, time).All(site.TruthOf("survivesRestart")).Index())
            Line(index == 0 ? "hold" : null, sentence);
    }

    private void WriteCatchUp()
    {
        if (site.PartOf("catchUp") is not { } catchUp || catchUp.TextOf("state") is not { } state)
            return;
        var parts = new List<string> { Word("status.catch-up", state) };
        if (catchUp.NumberOf("percent") is { } percent && state != "done")
            parts.Add(time.Words.Say("progress.done", ("percent", Phrases.Percent(time.Words, percent))));
        // What is left then is the quiet time, and no catching up.
        if (catchUp.PartOf("remainingSeconds") is { } remaining && state != "done")
            parts.Add(_labels.Say("status.remaining", ("range", Phrases.Range(time.Words, RemainingOf(remaining)))));
        if (catchUp.NumberOf("queueBytes") is > 0 and { } queue)
            parts.Add(_labels.Say("queue", ("amount", Phrases.Bytes(time.Words, queue))));
        if (catchUp.NumberOf("bytesPerSecond") is > 0 and { } rate)
            parts.Add(Phrases.Rate(time.Words, rate));
        Line("catch-up", string.Join(", ", parts));
    }

    private static Remaining RemainingOf(JsonElement range) => new(Span(range, "low"), Span(range, "likely"), Span(range, "high"));

    private static TimeSpan Span(JsonElement range, string name) => TimeSpan.FromSeconds(Math.Clamp(range.NumberOf(name) ?? 0, 0, 1e9));

    /// <summary>Whether the configuration file says something else than what is in force; nothing where it does not.</summary>
    private void WriteSettings()
    {
        string file = site.TextOf("file") ?? "";
        JsonElement[] changes = [.. site.ItemsOf("changes")];
        string number = changes.Length == 1 ? "one" : "other";
        if (site.ItemsOf("faults").FirstOrDefault() is { ValueKind: JsonValueKind.String } fault)
            Line("settings", _labels.Say("status.settings.faulty", ("file", file), ("fault", fault.GetString()!)));
        else if (changes.Any(change => change.TruthOf("needsRestart") == false))
            Line("settings", _labels.Say($"status.settings.differ.{number}", ("file", file), ("count", Whole(changes.Length))));
        else if (changes.Length > 0)
            Line("settings", _labels.Say($"status.settings.restart.{number}", ("count", Whole(changes.Length))));
    }

    private string[] NodeOf(JsonElement node)
    {
        double? lag = node.TextOf("role") == "primary" ? null : node.NumberOf("lagSeconds");
        string facts = string.Join(", ", new[]
        {
            lag is { } seconds ? LagOf(seconds, node.TruthOf("lagIsEstimated") == true) : null,
            node.NumberOf("queueBytes") is > 0 and { } queue ? _labels.Say("queue", ("amount", Phrases.Bytes(time.Words, queue))) : null,
        }.OfType<string>());
        // Of one that is late, its lag has said it.
        string why = node.TextOf("state") is not ("behind" or "delayed") && node.TextOf("why") is { Length: > 0 } reason
            ? $"{(facts.Length > 0 ? ": " : "")}{(reason.Length > LongestReason ? $"{reason[..LongestReason]}…" : reason)}"
            : "";
        return [node.TextOf("name") ?? "", Word("role", node.TextOf("role")), Word("state", node.TextOf("state")), facts + why];
    }

    private string LagOf(double seconds, bool isEstimated)
    {
        string amount = seconds < 60
            ? _labels.Say("lag.seconds", ("number", seconds.ToString("F1", CultureInfo.InvariantCulture)
                .Replace(".", time.Words["number.decimal"], StringComparison.Ordinal)))
            : Phrases.Duration(time.Words, TimeSpan.FromSeconds(Math.Min(seconds, 1e9)));
        return _labels.Say(isEstimated ? "lag.estimated" : "lag", ("amount", amount));
    }

    private string[] WebServerOf(JsonElement server) =>
    [
        server.TextOf("name") ?? "",
        Word("web-server", server.TextOf("state")),
        string.Join(": ", new[]
        {
            server.TextOf("reads") is { } node ? _labels.Say("web-server.reads", ("node", node)) : null, server.TextOf("why"),
        }.OfType<string>()),
    ];

    /// <summary>The gravest findings by their titles, and of the first one the step to begin with.</summary>
    private void WriteWorst()
    {
        // Of two that are as grave, the one that the site waits for comes first.
        JsonElement[] checks =
        [
            .. site.ItemsOf("checksPerformed").Where(check => LevelOf(check) < SeverityOrder.Length)
                .OrderBy(LevelOf).ThenBy(check => check.TextOf("id") == "behind" && site.PartOf("catchUp") is not null ? 0 : 1),
        ];
        if (checks.Length == 0)
            return;
        const int Shown = 3;
        page.Blank();
        foreach ((int index, JsonElement check) in checks.Take(Shown).Index())
        {
            string[] names = [.. check.ItemsOf("detectedProblems").Select(problem => problem.TextOf("dbObject")).OfType<string>()];
            string level = Word("severity", check.TextOf("status")?.ToLowerInvariant());
            page.Paragraph($"{level}  {check.TextOf("title")}{(names.Length > 0 ? $" ({string.Join(", ", names)})" : "")}");
            // Beneath its own finding: it mends no other one.
            if (index == 0 && check.ItemsOf("detectedProblems").FirstOrDefault().ItemsOf("solutions").FirstOrDefault().TextOf("text") is { } step)
                Line("next", step);
        }

        if (checks.Length > Shown)
            page.Paragraph(_labels.Say("status.more", ("count", Whole(checks.Length - Shown))));
        page.Paragraph(_labels["status.doctor"]);
    }

    private static int LevelOf(JsonElement check) => Array.FindIndex(
        SeverityOrder, level => level.Equals(check.TextOf("status"), StringComparison.OrdinalIgnoreCase)) is >= 0 and var index
        ? index
        : SeverityOrder.Length;

    private string Word(string group, string? name) => SiteNow.Word(_labels, group, name);

    private void Line(string? label, string text) => page.Item(label is null ? "" : _labels[$"status.label.{label}"], text, 2, _width);

    private static Color ColorOf(string mode) => mode switch
    {
        "normal" => Color.Green,
        "read-only" => Color.Yellow,
        _ => Color.Red,
    };

    private static string Whole(double number) => number.ToString("F0", CultureInfo.InvariantCulture);
}
