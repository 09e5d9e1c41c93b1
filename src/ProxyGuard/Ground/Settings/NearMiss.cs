namespace ProxyGuard.Ground.Settings;

/// <summary>The word that was likely meant by one that is none.</summary>
internal static class NearMiss
{
    // "Lag" is in MaxLag, Connection in "ConnectionString"; in two letters there is no meaning.
    private const int LeastPart = 3;

    /// <summary>A word that was mistyped, else the only one that has this one in it or is in it. Null when there is none.</summary>
    public static string? Of(string word, IEnumerable<string> words)
    {
        string[] known = [.. words];
        if (Typed(word, known) is { } near)
            return near;
        if (word.Length < LeastPart)
            return null;
        string[] related =
        [
            .. known.Where(one => one.Contains(word, StringComparison.OrdinalIgnoreCase)
                || (one.Length > LeastPart && word.Contains(one, StringComparison.OrdinalIgnoreCase))),
        ];
        return related is [string only] ? only : null;
    }

    /// <summary>
    /// The word that this one becomes when letters are added, left out or changed, or two are swapped, up to a third of them; the nearest.
    /// Null when none is near.
    /// </summary>
    public static string? Typed(string word, IEnumerable<string> words) =>
        words.Select(one => (Word: one, Distance: Distance(word.ToUpperInvariant(), one.ToUpperInvariant())))
            .Where(one => one.Distance <= one.Word.Length / 3).OrderBy(one => one.Distance).FirstOrDefault().Word;

    /// <summary>For the end of a sentence; empty when none is near.</summary>
    public static string Question(string word, IEnumerable<string> words) => Of(word, words) is { } likely ? $" (did you mean {likely}?)" : "";

    // Damerau's and Levenshtein's, of which no part is changed twice; one row at a time.
    private static int Distance(string one, string other)
    {
        int[] beforeLast = [];
        int[] last = [.. Enumerable.Range(0, other.Length + 1)];
        for (int at = 1; at <= one.Length; at++)
        {
            int[] row = new int[other.Length + 1];
            row[0] = at;
            for (int to = 1; to <= other.Length; to++)
            {
                row[to] = Math.Min(last[to - 1] + (one[at - 1] == other[to - 1] ? 0 : 1), Math.Min(last[to], row[to - 1]) + 1);
                if (at > 1 && to > 1 && one[at - 1] == other[to - 2] && one[at - 2] == other[to - 1])
                    row[to] = Math.Min(row[to], beforeLast[to - 2] + 1);
            }

            (beforeLast, last) = (last, row);
        }

        return last[^1];
    }
}
