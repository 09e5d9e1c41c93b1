using System.Globalization;
using System.Text;
using ProxyGuard.Core.Tests.Replication;

namespace ProxyGuard.Benchmarks.Estimates;

/// <summary>
/// The catch-up estimate against recordings, for people: one line each, and one for all that are of one kind. It does not judge.
/// </summary>
internal static class EstimatesTable
{
    private static readonly (WritersOnTheWay Writers, string Title)[] Kinds =
    [
        (WritersOnTheWay.HeldBack, "Writes held back to the end"),
        (WritersOnTheWay.HeldBackLater, "Writes held back after a while"),
        (WritersOnTheWay.Steady, "Writers go on to the end"),
        (WritersOnTheWay.ComingAndGoing, "Writers come and go"),
    ];

    /// <param name="directories">Those that are not there are left out: recordings beside the checkout are nobody's duty.</param>
    public static string Of(IEnumerable<string> directories)
    {
        CatchUpRecording[] all =
        [
            .. directories.Where(Directory.Exists)
                .SelectMany(directory => Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
                .Select(CatchUpRecording.Read),
        ];
        var text = new StringBuilder();
        CatchUpRecording[] recordings = [.. all.Where(recording => !recording.IsHelped)];
        double minutes = recordings.Sum(recording => recording.End - recording.Restart) / 60;
        Line(text, $"The catch-up estimate on {recordings.Length} recordings, {minutes:0.0} minutes on the catch-up");
        Line(
            text,
            $"{"",-44}{"way",6}{"judged",8}{"inside",8}{"error",8}{"high/low",10}{"<= 6",6}{"growing",9}{"no number",11}{"SBM",8}{"SBM slope",11}{"none",6}");
        foreach ((WritersOnTheWay writers, string title) in Kinds)
        {
            Section(text, title, recordings.Where(recording => recording.Writers == writers && !recording.IsDisturbed), withEach: true);
            Section(
                text, $"{title}; disturbed: other programs kept the replica from its processor",
                recordings.Where(recording => recording.Writers == writers && recording.IsDisturbed), withEach: true);
        }

        Section(
            text, "Writes held back to the end, disturbed or not; target: error <= 15 %",
            recordings.Where(recording => recording.Writers == WritersOnTheWay.HeldBack), withEach: false);
        Section(
            text, "All that are disturbed; target: inside >= 85 %", recordings.Where(recording => recording.IsDisturbed), withEach: false);
        Section(text, "All; target: inside >= 90 %, high/low <= 3", recordings, withEach: false);
        Section(
            text, "Helped on the way, which nobody can foresee; no target, and not among the others",
            all.Where(recording => recording.IsHelped), withEach: true);
        Line(
            text,
            $"inside: the truth lay in the range. error: median, of the likely value. high/low: median. <= 6: of the ranges from ten seconds after the writers stopped. SBM: median error of Seconds_Behind_Master at its word;");
        Line(text, $"SBM slope: of lag / (speed - 1), both from Seconds_Behind_Master over eight seconds; none: where it did not fall.");
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IEnumerable<CatchUpRecording> which, bool withEach)
    {
        CatchUpRecording[] recordings = [.. which];
        if (recordings.Length == 0)
            return;
        Line(text, $"\n{title}");
        JudgedEstimate[][] judged = [.. recordings.Select(recording => CatchUpReplay.Of(recording).ToArray())];
        foreach ((CatchUpRecording recording, JudgedEstimate[] ofOne) in recordings.Zip(judged).Take(withEach ? recordings.Length : 0))
            Score(text, recording.Name, recording.End - recording.Restart, EstimateScore.Of(ofOne));
        Score(
            text, "all moments of them", recordings.Sum(recording => recording.End - recording.Restart),
            EstimateScore.Of([.. judged.SelectMany(one => one)]));
        Middle(text, [.. judged.Select(EstimateScore.Of)]);
    }

    private static void Middle(StringBuilder text, EstimateScore[] scores) => Line(text,
        $"  {"the middle one of them",-42}{"",14}{Middle(scores, score => score.Inside),8}{Middle(scores, score => score.MedianError),8}{Number(EstimateScore.Median(scores.Select(score => score.MedianRatio).OfType<double>())),10}");

    private static string Middle(EstimateScore[] scores, Func<EstimateScore, double?> value) =>
        Percent(EstimateScore.Median(scores.Select(value).OfType<double>()));

    private static void Score(StringBuilder text, string name, double way, EstimateScore score) => Line(text,
        $"  {name,-42}{way,4:0} s{score.Samples,8}{Percent(score.Inside),8}{Percent(score.MedianError),8}{Number(score.MedianRatio),10}{Percent(score.NarrowWhileSilent),6}{Percent(score.Growing),9}{Percent(score.Silent),11}{Percent(score.SecondsBehindError),8}{Percent(score.FromSlopeError),11}{Percent(score.FromSlopeSilent),6}");

    private static string Percent(double? share) =>
        share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0} %") : "-";

    private static string Number(double? number) => number is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.0}") : "-";

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(FormattableString.Invariant(line).TrimEnd()).Append('\n');
}
