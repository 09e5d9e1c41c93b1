namespace ProxyGuard.Core.Replication;

/// <summary>
/// How far off a replica's future is from its past: the same guess is made at moments that are already history, and compared with what
/// followed. A replica that goes evenly earns a narrow range, one that jumps a wide one.
/// </summary>
/// <param name="Error">The typical error of the rate that is guessed for the time ahead, as a natural logarithm: 0.1 is about 10 %.</param>
/// <param name="Slowdown">By how much the time ahead is likely to be slower than the past, as a natural logarithm too.</param>
internal readonly record struct CatchUpHindsight(double Error, double Slowdown)
{
    private const int Origins = 16;

    // What a replica does that is not yet known: two guesses that were off by as much as recorded ones typically are. The next seconds
    // are like the last ones; the further ahead, the more can happen: a build, a backup, readers.
    private const double NearError = 0.1;
    private const double FarError = 0.2;
    private const double PriorGuesses = 2;
    private static readonly TimeSpan Near = TimeSpan.FromSeconds(10);

    // Recorded replicas began faster than they went on, on an idle machine too: their caches fill, and what was changed has to be written
    // out.
    private const double PriorSlowdown = 0.08;

    // e^1.5: beyond a factor of 4.5 one guess says no more than that.
    private const double LargestError = 1.5;

    private static readonly TimeSpan ShortestSequel = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan ShortestGuess = TimeSpan.FromSeconds(4);

    /// <param name="ahead">How far the guess has to reach.</param>
    public static CatchUpHindsight On(CatchUpCourse course, TimeSpan ahead)
    {
        double sum = 0;
        double squares = 0;
        int guesses = 0;
        for (int origin = 1; origin <= Origins; origin++)
        {
            int index = origin * (course.Length - 1) / (Origins + 1);
            if (ErrorAt(course, index, ahead) is not { } error)
                continue;
            sum += error;
            squares += error * error;
            guesses++;
        }

        return guesses == 0
            ? new CatchUpHindsight(Math.Sqrt(PriorSquare(ahead)), PriorSlowdown)
            : Weighed(squares / guesses, -sum / guesses, course.Elapsed, ahead);
    }

    private static double PriorSquare(TimeSpan ahead) => (NearError * NearError) + (FarError * FarError * Math.Log(1 + (ahead / Near)));

    private static CatchUpHindsight Weighed(double square, double slowdown, TimeSpan elapsed, TimeSpan ahead)
    {
        double prior = PriorGuesses / (PriorGuesses + IndependentGuesses(elapsed, ahead));
        return new CatchUpHindsight(
            Math.Sqrt((prior * PriorSquare(ahead)) + ((1 - prior) * square)),
            (prior * PriorSlowdown) + ((1 - prior) * slowdown));
    }

    private static double? ErrorAt(CatchUpCourse course, int index, TimeSpan ahead)
    {
        CatchUpCourse then = course.Until(index + 1);
        int end = Sequel(course, index, ahead);
        if (!then.IsEvidence || then.LikelyApplied <= 0 || course[end].At - course[index].At < ShortestSequel)
            return null;
        return Math.Clamp(Math.Log(course.Pace(index, end).Applied / then.LikelyApplied), -LargestError, LargestError);
    }

    private static int Sequel(CatchUpCourse course, int index, TimeSpan ahead)
    {
        int end = index;
        while (end < course.Length - 1 && course[end].At - course[index].At < ahead)
            end++;
        return end;
    }

    // Guesses a moment apart share what follows; only those that share nothing count.
    private static double IndependentGuesses(TimeSpan elapsed, TimeSpan ahead)
    {
        TimeSpan each = ahead < elapsed ? ahead : elapsed;
        return elapsed / (each > ShortestGuess ? each : ShortestGuess);
    }
}
