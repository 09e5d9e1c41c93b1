using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>One kind of finding: what all of its findings have in common.</summary>
/// <param name="Code">Stable; also the key of its texts.</param>
/// <param name="IsOfChannel">Whether it is about what a replica gets from one source, so that the facts of <see cref="OfChannel"/> are
/// among its values.</param>
/// <param name="Facts">Further values that each of its findings has. Unknown ones are left out.</param>
public sealed record FindingKind(string Code, Severity Severity, bool IsOfChannel, ImmutableArray<string> Facts)
{
    /// <summary>
    /// Values of every finding: the node's name, what it runs, where it is reached, and how much data it holds; which other replicas are
    /// fresh, or those there are when none is.
    /// </summary>
    public static ImmutableArray<string> Always { get; } = ["node", "server", "host", "port", "dataMegabytes", "elsewhere", "late"];

    /// <summary>
    /// Further values of findings about a channel: the source in the same words, the channel's name, and up to where the source's binlog
    /// was applied.
    /// </summary>
    public static ImmutableArray<string> OfChannel { get; } =
        ["source", "sourceServer", "sourceHost", "sourcePort", "channel", "executedFile", "executedPosition"];

    /// <summary>The names of all values that a finding of this kind can have.</summary>
    public IEnumerable<string> AllFacts => [.. Always, .. IsOfChannel ? OfChannel : [], .. Facts];

    internal static FindingKind OfNode(string code, Severity severity, params ImmutableArray<string> facts) =>
        new(code, severity, false, facts);

    /// <summary>A replication thread that stopped with an error: its number and text are values.</summary>
    internal static FindingKind OfThread(string code, params ImmutableArray<string> facts) =>
        new(code, Severity.Error, true, ["number", "text", .. facts]);

    /// <summary>
    /// A link that is not known to pass on what the site writes: which server's setting it is, what mends it, and how it is or was
    /// accepted.
    /// </summary>
    internal static FindingKind OfEvidence(string code) =>
        new(code, Severity.Error, true, ["at", "setting", "option", "accept", "accepted"]);

    /// <summary>About web servers, and so about no node: their names and addresses are among the values.</summary>
    internal static FindingKind OfWebServers(string code, Severity severity, params ImmutableArray<string> facts) =>
        new(code, severity, false, ["webServers", .. facts]);

    internal static FindingKind Of(string code, Severity severity, params ImmutableArray<string> facts) => new(code, severity, true, facts);
}
