namespace ProxyGuard.Core.Routing;

/// <summary>
/// Spreads requests by weight and leaves the choice to the caller: every roll gives a set, and a caller that treats the members of a set
/// alike (round robin, at random, by load) gives each item its share of all requests.
/// </summary>
/// <remarks>
/// With weights w₁ ≥ w₂ ≥ … the first k items are offered with probability k·(wₖ − wₖ₊₁) / Σw. Item j is in all sets with k ≥ j and gets
/// 1/k of each: Σₖ≥ⱼ (wₖ − wₖ₊₁) / Σw = wⱼ / Σw.
/// </remarks>
public sealed class Shares<T>
{
    private readonly List<(double UpTo, T[] Items)> _sets = [];

    /// <param name="weighted">With weights above 0. Without items every roll gives an empty set.</param>
    public Shares(IEnumerable<(T Item, double Weight)> weighted)
    {
        (T Item, double Weight)[] items = [.. weighted.OrderByDescending(item => item.Weight)];
        double total = items.Sum(item => item.Weight);
        double upTo = 0;
        for (int count = 1; count <= items.Length; count++)
        {
            double next = count < items.Length ? items[count].Weight : 0;
            upTo += count * (items[count - 1].Weight - next) / total;
            if (items[count - 1].Weight > next)
                _sets.Add((upTo, [.. items[..count].Select(item => item.Item)]));
        }

        All = [.. items.Select(item => item.Item)];
        Weighted = items;
    }

    /// <summary>Every item with its weight, the heaviest first.</summary>
    public IReadOnlyList<(T Item, double Weight)> Weighted { get; }

    /// <summary>Every item, the heaviest first.</summary>
    public IReadOnlyList<T> All { get; }

    /// <param name="roll">Even, from 0 up to but not including 1.</param>
    public IReadOnlyList<T> For(double roll)
    {
        foreach ((double upTo, T[] items) in _sets)
        {
            if (roll < upTo)
                return items;
        }

        // Sums of fractions may end a little below 1.
        return All;
    }
}
