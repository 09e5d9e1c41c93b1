using System.Globalization;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Reports;

/// <summary>Short phrases of a report. Numbers, durations and times are said as members read them.</summary>
internal static class ReportPhrases
{
    public static string Summary(Wording labels, SiteDiagnosis diagnosis) => diagnosis.Findings.IsEmpty
        ? labels["summary.none"]
        : labels.Say(
            "summary",
            ("errors", Whole(diagnosis.Count(Severity.Error))),
            ("warnings", Whole(diagnosis.Count(Severity.Warning))),
            ("notices", Whole(diagnosis.Count(Severity.Notice))));

    public static string Looked(Wording labels, SiteDiagnosis diagnosis) => labels.Say(
        "looked",
        ("site", diagnosis.Rules.Site.Name),
        ("count", Whole(diagnosis.Fleet.Nodes.Length)),
        ("time", Phrases.Time(Wording.For(labels.Language), diagnosis.At, diagnosis.At)));

    public static string Mode(Wording labels, SiteDiagnosis diagnosis) => diagnosis switch
    {
        { Status: { Cause: Cause.WebServersUnreachable, Reach: SiteReach.ReadsOnly } } => labels["mode.writes-unreachable"],
        { Status.Cause: Cause.WebServersUnreachable } => labels["mode.unreachable"],
        _ =>
            labels.Say(
                $"mode.{PublicNames.Of(diagnosis.View.Mode)}",
                ("cause", labels[$"cause.{PublicNames.Of(diagnosis.View.Cause ?? Cause.NothingKnown)}"])),
    };

    /// <summary>
    /// What members are told of it besides: what is wrong beneath a hold, since when, as of when pages are, the end, and how far the copies
    /// are.
    /// </summary>
    public static string Facts(Wording labels, StatusDocument status)
    {
        Wording words = Wording.For(labels.Language);
        return string.Join(' ', FactsOf(words, status));

        static IEnumerable<string> FactsOf(Wording words, StatusDocument status)
        {
            if (status.Observed is { } observed && observed != status.Cause)
                yield return words[$"cause.{PublicNames.Of(observed)}"];
            if (status.Since is { } since)
                yield return words.Say("since", ("time", Phrases.Time(words, since, status.At)));
            yield return words.Say(Story.CurrencyOf(status), ("time", status.AsOf is { } asOf ? Phrases.Time(words, asOf, status.At) : ""));
            if (status.End is { } end)
                yield return words.Say("ends", ("time", Phrases.Time(words, end, status.At)));
            if (status.CatchUp is not { } catchUp)
                yield break;
            yield return words[Story.StateOf(catchUp)];
            if (catchUp.Percent is { } percent)
                yield return $"{words.Say("progress.done", ("percent", Phrases.Percent(words, percent)))}.";
        }
    }

    /// <summary>What a node is, how it is, and what differs from what was configured.</summary>
    public static string Node(Wording labels, SiteDiagnosis diagnosis, NodeState node) =>
        string.Join(", ", PartsOf(labels, diagnosis, node).OfType<string>());

    public static string Since(Wording labels, SiteDiagnosis diagnosis, Finding finding)
    {
        if (diagnosis.SinceOf(finding) is not { } since)
            return labels["since.unknown"];
        Wording numbers = Wording.For(labels.Language);
        return labels.Say(
            "since.known", ("time", Phrases.Time(numbers, since, diagnosis.At)),
            ("amount", Phrases.Duration(numbers, diagnosis.At - since)));
    }

    private static IEnumerable<string?> PartsOf(Wording labels, SiteDiagnosis diagnosis, NodeState node)
    {
        Wording numbers = Wording.For(labels.Language);
        yield return labels[$"role.{PublicNames.Of(node.Role)}"];
        if (node.Role != node.Rules.Role)
            yield return labels.Say("role.configured", ("role", labels[$"role.{PublicNames.Of(node.Rules.Role)}"]));
        yield return labels[$"state.{PublicNames.Of(node.Health)}"];
        if (node.Role == NodeRole.Replica)
            yield return Lag(labels, node.LagAt(diagnosis.Now), node.IsEstimated);
        if (node.QueueBytes is > 0 and { } queue)
            yield return labels.Say("queue", ("amount", Phrases.Bytes(numbers, queue)));
        if (node.LastAnswer is not { } answer)
            yield break;
        if (node.Role == NodeRole.Replica)
            yield return Follows(labels, node);
        if (answer.ReadOnly)
            yield return labels["read-only"];
        yield return answer.Version.ToString();
    }

    private static string? Lag(Wording labels, TimeSpan? lag, bool isEstimated)
    {
        if (lag is not { } known)
            return null;
        string amount = known < TimeSpan.FromMinutes(1) ? Seconds(labels, known) : Phrases.Duration(Wording.For(labels.Language), known);
        return labels.Say(isEstimated ? "lag.estimated" : "lag", ("amount", amount));
    }

    private static string? Follows(Wording labels, NodeState node) => node.Worst switch
    {
        null => labels["source.nobody"],
        { Source: null, Status: var status } => labels.Say("source.stranger", ("address", $"{status.SourceHost}:{status.SourcePort}")),
        _ => null,
    };

    private static string Seconds(Wording labels, TimeSpan span)
    {
        string number = span.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture);
        return labels.Say(
            "lag.seconds", ("number", number.Replace(".", Wording.For(labels.Language)["number.decimal"], StringComparison.Ordinal)));
    }

    private static string Whole(int number) => number.ToString(CultureInfo.InvariantCulture);
}
