using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>One row of a table of errors: how it is recognised, what it is, and what helps.</summary>
/// <param name="Numbers">The error's numbers; MySQL 8 has a second one for what goes to its log. Empty: the text alone decides.</param>
/// <param name="Patterns">At least one must be in the text, in any case. Empty: the number alone decides.</param>
internal sealed record ErrorRule(
    FindingKind Kind,
    ImmutableArray<int> Numbers,
    ImmutableArray<string> Patterns,
    Func<Scene, ImmutableArray<RemedyStep>> Steps,
    ImmutableArray<string> DeadEnds)
{
    /// <summary>How sure it is that the error means this.</summary>
    public Confidence Confidence { get; init; } = Confidence.Certain;

    /// <summary>What the facts that were read from the text must say besides; null for whatever they say.</summary>
    public Func<ImmutableDictionary<string, string>, bool>? When { get; init; }

    /// <summary>Whether the text itself tells this cause from others.</summary>
    public bool IsTold => !Patterns.IsEmpty || When is not null;

    public bool IsNumbered(int number) => Numbers.Contains(number);

    public bool Is(ErrorReading error) => (Numbers.IsEmpty || IsNumbered(error.Number))
        && (Patterns.IsEmpty || Patterns.Any(pattern => error.Text.Contains(pattern, StringComparison.OrdinalIgnoreCase)))
        && When?.Invoke(error.Facts) is not false;

    public Finding Of(Scene scene) => scene.Finding(Kind, Confidence, Steps(scene), DeadEnds);
}

/// <summary>An error as tables of rules look at it.</summary>
/// <param name="Number">0 when the server gave none.</param>
/// <param name="Text">The server's own words, without what members may have typed.</param>
/// <param name="Facts">What the text says, fact by fact.</param>
internal sealed record ErrorReading(int Number, string Text, ImmutableDictionary<string, string> Facts)
{
    public static ErrorReading Of(ReplicationError error) =>
        new(error.Number, ErrorText.WithoutValues(error.Text), ErrorText.FactsOf(error.Number, error.Text));
}
