namespace ProxyGuard.Benchmarks.Comparison;

/// <param name="Median">Of all rounds.</param>
internal sealed record Spread(double Median, double Least, double Most)
{
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        double median = (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
        return new Spread(median, sorted[0], sorted[^1]);
    }
}

/// <summary>All samples of a run, and what they say in comparison.</summary>
internal sealed class Rounds
{
    private readonly Dictionary<(string Contestant, Body Body), List<Sample>> _samples = [];

    /// <summary>
    /// Every proxy with every body, in every round in another order. The proxies follow each other directly with the same body, so that
    /// what else the machine does spoils both sides of a ratio alike.
    /// </summary>
    public static async Task<Rounds> RunAsync(
        IReadOnlyList<Contestant> contestants, Wrk wrk, Pace pace, HttpClient http, CancellationToken stop)
    {
        var rounds = new Rounds();
        foreach (Contestant contestant in contestants)
        {
            foreach (Body body in Body.All)
                await wrk.LoadAsync(contestant, body, pace.WarmUp, stop);
        }

        for (int round = 0; round < pace.Rounds; round++)
        {
            await CheckAsync(contestants, http, stop);
            foreach (Body body in Body.All)
            {
                foreach (int place in Enumerable.Range(round, contestants.Count))
                {
                    Contestant contestant = contestants[place % contestants.Count];
                    rounds.Add(contestant.Name, body, await wrk.LoadAsync(contestant, body, pace.Load, stop));
                }
            }
        }

        await CheckAsync(contestants, http, stop);
        return rounds;
    }

    public bool Has(string contestant) => _samples.ContainsKey((contestant, Body.All[0]));

    public Spread Of(string contestant, Body body, Func<Sample, double> value) => Spread.Of(_samples[(contestant, body)].Select(value));

    /// <summary>The ratio is taken within each round.</summary>
    public Spread Ratio(string contestant, string to, Body body, Func<Sample, double> value) =>
        Spread.Of(_samples[(contestant, body)].Zip(_samples[(to, body)], (one, other) => value(one) / value(other)));

    private static async Task CheckAsync(IReadOnlyList<Contestant> contestants, HttpClient http, CancellationToken stop)
    {
        foreach (Contestant contestant in contestants)
            await contestant.CheckAsync(http, stop);
    }

    private void Add(string contestant, Body body, Sample sample)
    {
        if (!_samples.TryGetValue((contestant, body), out List<Sample>? samples))
            _samples[(contestant, body)] = samples = [];
        samples.Add(sample);
    }
}
