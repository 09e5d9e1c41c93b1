using System.Globalization;
using System.Text;
using ProxyGuard.Core.Tests.Replication;

namespace ProxyGuard.Benchmarks.Estimates;

/// <summary>The catch-up estimate against recordings, for people: one line each, and one for all that are of one kind. It does not judge.</summary>
internal static class EstimatesTable
{
    private static readonly (WritersOnTheWay Writers, bool IsDisturbed, string Title)[] Kinds =
    [
        (WritersOnTheWay.HeldBack, false, "Writes held back to the end; target: inside >= 90 %, error <= 10 %, half width <= 35 %"),
        (WritersOnTheWay.HeldBack, true, "Writes held back to the end, while builds and tests kept the replica from its processor; no target"),
        (WritersOnTheWay.Steady, false, "Writers go on to the end; target: inside >= 90 %, error <= 25 %"),
        (WritersOnTheWay.Steady, true, "Writers go on to the end, disturbed; no target"),
        (WritersOnTheWay.ComingAndGoing, false, "Writers come and go; no target"),
        (WritersOnTheWay.ComingAndGoing, true, "Writers come and go, disturbed; no target"),
    ];

    /// <param name="directories">Those that are not there are left out: recordings beside the checkout are nobody's duty.</param>
    public static string Of(IEnumerable<string> directories)
    {
        CatchUpRecording[] recordings =
        [
            .. directories.Where(Directory.Exists)
                .SelectMany(directory => Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
                .Select(CatchUpRecording.Read),
        ];
        var text = new StringBuilder();
        double minutes = recordings.Sum(recording => recording.End - recording.Restart) / 60;
        Line(text, $"The catch-up estimate on {recordings.Length} recordings, {minutes:0.0} minutes on the way back");
        Line(text, $"{"",-44}{"way",6}{"judged",8}{"inside",8}{"error",8}{"± width",9}{"growing",9}{"no number",11}{"SBM",8}{"SBM slope",11}{"none",6}");
        foreach ((WritersOnTheWay writers, bool isDisturbed, string title) in Kinds)
            Section(text, title, [.. recordings.Where(recording => recording.Writers == writers && recording.IsDisturbed == isDisturbed)]);
        Line(text, $"inside: the truth lay in the range. error, ± width: medians, of the likely value. SBM: median error of Seconds_Behind_Master at its word;");
        Line(text, $"SBM slope: of lag / (speed - 1), both from Seconds_Behind_Master over eight seconds; none: where it did not fall.");
        return text.ToString();
    }

    private static void Section(StringBuilder text, string title, IReadOnlyList<CatchUpRecording> recordings)
    {
        if (recordings.Count == 0)
            return;
        Line(text, $"\n{title}");
        JudgedEstimate[][] judged = [.. recordings.Select(recording => CatchUpReplay.Of(recording).ToArray())];
        foreach ((CatchUpRecording recording, JudgedEstimate[] ofOne) in recordings.Zip(judged))
            Score(text, recording.Name, recording.End - recording.Restart, EstimateScore.Of(ofOne));
        Score(text, "all moments of them", recordings.Sum(recording => recording.End - recording.Restart), EstimateScore.Of([.. judged.SelectMany(one => one)]));
        Middle(text, [.. judged.Select(EstimateScore.Of)]);
    }

    private static void Middle(StringBuilder text, EstimateScore[] scores) => Line(text,
        $"  {"the middle one of them",-42}{"",14}{Middle(scores, score => score.Inside),8}{Middle(scores, score => score.MedianError),8}{Middle(scores, score => score.MedianHalfWidth),9}");

    private static string Middle(EstimateScore[] scores, Func<EstimateScore, double?> value) =>
        Percent(EstimateScore.Median(scores.Select(value).OfType<double>()));

    private static void Score(StringBuilder text, string name, double way, EstimateScore score) => Line(text,
        $"  {name,-42}{way,4:0} s{score.Samples,8}{Percent(score.Inside),8}{Percent(score.MedianError),8}{Percent(score.MedianHalfWidth),9}{Percent(score.Growing),9}{Percent(score.Silent),11}{Percent(score.SecondsBehindError),8}{Percent(score.FromSlopeError),11}{Percent(score.FromSlopeSilent),6}");

    private static string Percent(double? share) => share is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value * 100:0} %") : "-";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(FormattableString.Invariant(line).TrimEnd()).Append('\n');
}
