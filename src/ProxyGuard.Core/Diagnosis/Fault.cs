using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>One row of a table of errors: how it is recognised, what it is, and what helps.</summary>
/// <param name="Numbers">The error's numbers; MySQL 8 has a second one for what goes to its log. Empty: the text alone decides.</param>
/// <param name="Patterns">At least one must be in the text, in any case. Empty: the number alone decides.</param>
/// <param name="Confidence">How sure it is that the error means this.</param>
internal sealed record Fault(
    FindingKind Kind,
    ImmutableArray<int> Numbers,
    ImmutableArray<string> Patterns,
    Func<Scene, ImmutableArray<RemedyStep>> Steps,
    ImmutableArray<string> DeadEnds,
    Confidence Confidence = Confidence.Certain)
{
    public bool IsNumbered(int number) => Numbers.Contains(number);

    public bool Is(int number, string text) =>
        (Numbers.IsEmpty || IsNumbered(number)) && (Patterns.IsEmpty || Patterns.Any(pattern => text.Contains(pattern, StringComparison.OrdinalIgnoreCase)));

    public Finding Of(Scene scene) => scene.Finding(Kind, Confidence, Steps(scene), DeadEnds);
}
