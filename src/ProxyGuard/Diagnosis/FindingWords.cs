using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Texts;

namespace ProxyGuard.Diagnosis;

/// <summary>One finding in the words of one language.</summary>
internal sealed class FindingWords(Wording texts, Finding finding)
{
    public string Title => Said($"{finding.Code}.title");

    public string Happened => Said($"{finding.Code}.happened");

    /// <summary>What members notice of it.</summary>
    public string Members => Said($"{finding.Code}.members");

    public IEnumerable<string> DeadEnds => finding.DeadEnds.Select(key => Said($"deadend.{key}"));

    public string Does(RemedyStep step) => Said($"step.{step.Id}");

    public string Changes(RemedyStep step) => Said($"step.{step.Id}.changes");

    private string Said(string key) => texts.Say(key, [.. finding.Values.Select(value => (value.Key, value.Value))]);
}
