using System.Text.RegularExpressions;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>One finding in the words of one language.</summary>
/// <remarks>
/// A text has its optional parts in brackets: <c>[, and {megabytesPerHour} MB an hour come along]</c> is said only when every value in it
/// is known; what stands behind a bar, as in <c>[table {table}|a table]</c>, is said otherwise.
/// </remarks>
internal sealed partial class FindingWords(Wording texts, Finding finding)
{
    public string Title => Render($"{finding.Code}.title");

    public string Happened => Render($"{finding.Code}.happened");

    /// <summary>What members notice of it.</summary>
    public string Members => Render($"{finding.Code}.members");

    public IEnumerable<string> DeadEnds => finding.DeadEnds.Select(key => Render($"deadend.{key}"));

    public string Does(RemedyStep step) => Render($"step.{step.Id}");

    public string Changes(RemedyStep step) => Render($"step.{step.Id}.changes");

    // No server was looked at, as for "explain": then these two have no names, and stand for themselves.
    private static readonly string[] Nameless = ["node", "source"];

    private string Render(string key) => Wording.Fill(WithoutTheUnknown(texts[key]),
        [.. finding.Values.Select(value => (value.Key, value.Value)),
            .. Nameless.Where(name => !finding.Values.ContainsKey(name)).Select(name => (name, texts[$"unknown.{name}"]))]);

    private string WithoutTheUnknown(string template) =>
        Optional().Replace(
            template, part => part.Groups["said"].Value is var said && IsKnown(said) ? said : part.Groups["otherwise"].Value);

    private bool IsKnown(string part) =>
        Placeholder().Matches(part).All(
            name => Nameless.Contains(name.Groups[1].Value) || finding.Values.TryGetValue(name.Groups[1].Value, out string? value)
                && value.Length > 0);

    [GeneratedRegex(@"\[(?<said>[^\[\]|]*)(?:\|(?<otherwise>[^\[\]]*))?\]")]
    private static partial Regex Optional();

    [GeneratedRegex(@"\{([^}]*)\}")]
    private static partial Regex Placeholder();
}
