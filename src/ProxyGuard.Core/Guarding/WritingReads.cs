using System.Collections.Immutable;

namespace ProxyGuard.Core.Guarding;

/// <summary>
/// Finds reads that write: kinds of requests with which the primary's head moves, by a non-negative least-squares regression of its
/// movement on what was asked for. Windows without writes weigh most, one that is far off weighs little, and how sure a size is, leaving
/// out one stretch of time after the other says (a jackknife). Pure. A suggestion with its evidence, never more.
/// </summary>
public static class WritingReads
{
    /// <summary>With fewer nothing is said.</summary>
    public const int FewestWindows = 60;

    private const int FewestRequests = 30;
    private const int FewestWindowsOfOne = 20;

    // A transaction without any row has more.
    private const double FewestBytes = 40;

    // Of standard errors, from nothing: among dozens of kinds one is two away by chance.
    private const double Sure = 5;

    // Kinds whose counts go along so closely are not told apart.
    private const double Alike = 0.99;

    private const int Stretches = 20;
    private const int Rounds = 5;

    // Huber's, in standard deviations of a normal error.
    private const double Far = 1.345;

    /// <param name="windows">In the order of time.</param>
    /// <param name="kinds">By number.</param>
    /// <returns>The largest movement in all first.</returns>
    public static ImmutableArray<WritingRead> Of(IReadOnlyList<MovementWindow> windows, IReadOnlyList<MovementKind> kinds)
    {
        if (windows.Count < FewestWindows)
            return [];
        Column[] columns = ColumnsOf(windows, kinds);
        double[][] rows = [.. windows.Select(window => RowOf(window, columns))];
        // The quiet hours weigh most: what a write adds differs from one to the next.
        double[] weights = [.. windows.Select(window => 1 / (1 + WritesIn(window, kinds)))];
        double[] sizes = Fit(rows, windows, weights, columns.Length + 1);

        var parts = new double[Stretches][];
        for (int stretch = 0; stretch < Stretches; stretch++)
        {
            // Consecutive ones: what disturbs one window often disturbs the next.
            double[] without = [.. weights.Select((weight, index) => index * Stretches / windows.Count == stretch ? 0 : weight)];
            parts[stretch] = Fit(rows, windows, without, columns.Length + 1);
        }

        var found = new List<WritingRead>();
        for (int column = 0; column < columns.Length; column++)
        {
            if (Found(columns[column], sizes[column + 1], [.. parts.Select(part => part[column + 1])], kinds) is { } read)
                found.Add(read);
        }

        return [.. found.OrderByDescending(read => read.Bytes * read.Requests)];
    }

    private static WritingRead? Found(Column column, double size, double[] parts, IReadOnlyList<MovementKind> kinds)
    {
        double mean = parts.Average();
        double error = Math.Sqrt((parts.Length - 1.0) / parts.Length * parts.Sum(part => (part - mean) * (part - mean)));
        bool isRead = kinds[column.Kinds[0]].IsRead;
        if (!isRead || size - Sure * error < FewestBytes || column.Requests < FewestRequests || column.Windows < FewestWindowsOfOne)
            return null;
        return new WritingRead(column.Kinds[0], column.Kinds[1..], size, error, column.Requests);
    }

    /// <summary>Robust and weighted: what is far from what the others say counts less from round to round.</summary>
    private static double[] Fit(double[][] rows, IReadOnlyList<MovementWindow> windows, double[] weights, int unknowns)
    {
        var sizes = new double[unknowns];
        double[] current = [.. weights];
        for (int round = 0; round < Rounds; round++)
        {
            sizes = Solve(rows, windows, current, unknowns);
            double[] off = [.. rows.Select((row, index) => Math.Sqrt(weights[index]) * (windows[index].Bytes - Product(row, sizes)))];
            double[] sorted = [.. off.Where((_, index) => weights[index] > 0).Select(Math.Abs).Order()];
            // The median absolute deviation, as a standard deviation.
            double scale = Math.Max(1, sorted[sorted.Length / 2] / 0.6745);
            for (int index = 0; index < current.Length; index++)
                current[index] = weights[index] * Math.Min(1, Far * scale / Math.Max(Math.Abs(off[index]), 1e-9));
        }

        return sizes;
    }

    /// <summary>Non-negative least squares by coordinate descent over the normal equations: small, and it always converges.</summary>
    private static double[] Solve(double[][] rows, IReadOnlyList<MovementWindow> windows, double[] weights, int unknowns)
    {
        var square = new double[unknowns, unknowns];
        var right = new double[unknowns];
        for (int index = 0; index < rows.Length; index++)
        {
            double[] row = rows[index];
            for (int first = 0; first < unknowns; first++)
            {
                if (row[first] == 0)
                    continue;
                double weighted = weights[index] * row[first];
                right[first] += weighted * windows[index].Bytes;
                for (int second = 0; second < unknowns; second++)
                    square[first, second] += weighted * row[second];
            }
        }

        return Descend(square, right);
    }

    private static double[] Descend(double[,] square, double[] right)
    {
        const int MostSweeps = 500;
        var sizes = new double[right.Length];
        for (int sweep = 0; sweep < MostSweeps; sweep++)
        {
            double moved = 0;
            for (int column = 0; column < sizes.Length; column++)
            {
                if (square[column, column] <= 0)
                    continue;
                double rest = right[column];
                for (int other = 0; other < sizes.Length; other++)
                    rest -= other == column ? 0 : square[column, other] * sizes[other];
                double size = Math.Max(0, rest / square[column, column]);
                moved = Math.Max(moved, Math.Abs(size - sizes[column]));
                sizes[column] = size;
            }

            if (moved < 0.01)
                break;
        }

        return sizes;
    }

    private static double WritesIn(MovementWindow window, IReadOnlyList<MovementKind> kinds) =>
        window.Requests.Where(request => !kinds[request.Key].IsRead).Sum(request => (double)request.Value);

    // The first one is what moves the head by itself, by the second.
    private static double[] RowOf(MovementWindow window, Column[] columns)
    {
        Dictionary<int, int> counts = window.Requests.ToDictionary();
        return [window.Seconds, .. columns.Select(column => (double)counts.GetValueOrDefault(column.Kinds[0]))];
    }

    private static double Product(double[] row, double[] sizes)
    {
        double sum = 0;
        for (int column = 0; column < row.Length; column++)
            sum += row[column] * sizes[column];
        return sum;
    }

    /// <summary>One for each kind, or for several that cannot be told apart; the most frequent kinds first.</summary>
    private static Column[] ColumnsOf(IReadOnlyList<MovementWindow> windows, IReadOnlyList<MovementKind> kinds)
    {
        var counts = new double[kinds.Count][];
        for (int kind = 0; kind < kinds.Count; kind++)
            counts[kind] = new double[windows.Count];
        for (int index = 0; index < windows.Count; index++)
        {
            foreach ((int kind, int count) in windows[index].Requests)
                counts[kind][index] = count;
        }

        var columns = new List<Column>();
        foreach (int kind in Enumerable.Range(0, kinds.Count).OrderByDescending(kind => counts[kind].Sum()))
        {
            Column? twin = columns.FirstOrDefault(column =>
                kinds[column.Kinds[0]].IsRead == kinds[kind].IsRead && Correlation(counts[column.Kinds[0]], counts[kind]) > Alike);
            if (twin is not null)
                twin.Kinds = twin.Kinds.Add(kind);
            else
                columns.Add(new Column(kind, (long)counts[kind].Sum(), counts[kind].Count(count => count > 0)));
        }

        return [.. columns.Where(column => column.Windows > 0)];
    }

    private static double Correlation(double[] one, double[] other)
    {
        double first = one.Average();
        double second = other.Average();
        double product = 0, ofOne = 0, ofOther = 0;
        for (int index = 0; index < one.Length; index++)
        {
            product += (one[index] - first) * (other[index] - second);
            ofOne += (one[index] - first) * (one[index] - first);
            ofOther += (other[index] - second) * (other[index] - second);
        }

        return ofOne * ofOther > 0 ? product / Math.Sqrt(ofOne * ofOther) : 0;
    }

    private sealed class Column(int kind, long requests, int windows)
    {
        public ImmutableArray<int> Kinds { get; set; } = [kind];

        public long Requests => requests;

        public int Windows => windows;
    }
}
