using System.Text;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// A pattern of Replicate_Wild_Do_Table and Replicate_Wild_Ignore_Table, such as <c>photos.%</c>: <c>%</c> is any text, <c>_</c> one
/// character, and a backslash takes
/// the next character as it is
/// (https://dev.mysql.com/doc/refman/8.4/en/replication-options-replica.html#option_mysqld_replicate-wild-do-table).
/// </summary>
internal readonly record struct TablePattern(string Text)
{
    private const char AnyText = '%';
    private const char AnyCharacter = '_';
    private const char Escape = '\\';

    /// <summary>
    /// The part before the first dot, without backslashes, as a person meant it who forgot to write one before a <c>_</c>.
    /// </summary>
    public string DatabaseAsWritten
    {
        get
        {
            var name = new StringBuilder();
            foreach ((char letter, _) in Letters(Text).TakeWhile(letter => letter.Letter != '.'))
                name.Append(letter);
            return name.ToString();
        }
    }

    /// <summary>Whether every table of every database fits.</summary>
    public bool MatchesEverything => Text is "%" or "%.%";

    /// <summary>Whether every table of the database fits.</summary>
    public bool MatchesAllOf(string database) =>
        Text.EndsWith(AnyText) && !Text.EndsWith($"{Escape}{AnyText}", StringComparison.Ordinal)
        && Matches(Text[..^1], $"{database}.", StringComparison.Ordinal, isWhole: true);

    /// <summary>Whether some table of the database, of any name, may fit.</summary>
    public bool MayMatchIn(string database) => Matches(Text, $"{database}.", StringComparison.OrdinalIgnoreCase, isWhole: false);

    /// <param name="isWhole">False: the pattern may go on behind the text's end.</param>
    private static bool Matches(string pattern, string text, StringComparison comparison, bool isWhole)
    {
        (char Letter, bool IsWild)[] letters = [.. Letters(pattern)];
        // Where in the pattern a match may stand after the letters of the text that were read.
        var indexes = new HashSet<int>(Reached(letters, 0));
        foreach (char letter in text)
        {
            IEnumerable<int> after = indexes.Where(index => index < letters.Length)
                .SelectMany(index => After(letters, index, letter, comparison));
            indexes = [.. after.SelectMany(index => Reached(letters, index))];
        }

        return isWhole ? indexes.Contains(letters.Length) : indexes.Count > 0;
    }

    private static IEnumerable<int> After(
        (char Letter, bool IsWild)[] pattern, int index, char letter, StringComparison comparison) => pattern[index] switch
        {
            (AnyText, true) => [index],
            (AnyCharacter, true) => [index + 1],
            (char same, _) => string.Equals($"{same}", $"{letter}", comparison) ? [index + 1] : [],
        };

    private static IEnumerable<int> Reached((char Letter, bool IsWild)[] pattern, int index)
    {
        yield return index;
        while (index < pattern.Length && pattern[index] is (AnyText, true))
            yield return ++index;
    }

    private static IEnumerable<(char Letter, bool IsWild)> Letters(string pattern)
    {
        for (int at = 0; at < pattern.Length; at++)
        {
            if (pattern[at] == Escape && at + 1 < pattern.Length)
                yield return (pattern[++at], false);
            else
                yield return (pattern[at], pattern[at] is AnyText or AnyCharacter);
        }
    }
}
