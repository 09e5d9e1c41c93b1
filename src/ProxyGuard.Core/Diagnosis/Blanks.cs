using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// What an operator has to put into a command. Words in capitals: an angle bracket would be a redirection in a shell, and a mark that a
/// text can hold could be mistaken for one.
/// </summary>
internal static partial class Blanks
{
    // From Unicode's private use: no server writes them.
    private const char Begin = '\uE000';
    private const char End = '\uE001';

    // Those that stand in commands as they are.
    private static readonly ImmutableArray<string> Always =
    [
        "BACKUP_HOST", "EMPTY_DATADIR", "PASSWORD", "PROXYGUARD_HOST", "PROXYGUARD_USER",
        "REPLICA_HOST", "REPLICATION_USER", "UNUSED_NUMBER",
    ];

    public static string Mark(string name) => $"{Begin}{name}{End}";

    public static bool IsMark(string value) => value is [Begin, .. { Length: > 0 }, End];

    /// <summary>The step with its marks as words in capitals, and told which words those are.</summary>
    public static RemedyStep In(RemedyStep step)
    {
        var words = new SortedSet<string>(StringComparer.Ordinal);
        ImmutableArray<string> commands =
            [.. step.Commands.Select(command => Marked().Replace(command, mark => Word(mark.Groups[1].Value, words)))];
        words.UnionWith(Always.Where(word => commands.Any(command => Regex.IsMatch(command, $@"\b{word}\b"))));
        return step with { Commands = commands, Blanks = [.. words] };
    }

    private static string Word(string name, SortedSet<string> words)
    {
        string word = Hump().Replace(name, "_$1").Replace(' ', '_').ToUpperInvariant();
        // A single word may be one of SQL's own.
        word = word.Contains('_', StringComparison.Ordinal) ? word : $"THE_{word}";
        words.Add(word);
        return word;
    }

    [GeneratedRegex("\uE000([^\uE001]*)\uE001")]
    private static partial Regex Marked();

    [GeneratedRegex("(?<=[a-z])([A-Z])")]
    private static partial Regex Hump();
}
