using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>How bad it is, in the words of MySQL's upgrade checker.</summary>
public enum Severity
{
    /// <summary>Good to know.</summary>
    Notice,

    /// <summary>Works, but will not for long, or not after the next rule.</summary>
    Warning,

    /// <summary>Members are affected, or data differs.</summary>
    Error,
}

/// <summary>How sure we are of what a finding says.</summary>
public enum Confidence
{
    Possible,
    Likely,

    /// <summary>The server says so itself, or it was seen.</summary>
    Certain,
}

/// <summary>What a step may break.</summary>
public enum Danger
{
    /// <summary>Only reads, and changes nothing on any server.</summary>
    None,

    /// <summary>Changes something that can be changed back.</summary>
    Low,

    /// <summary>
    /// Changes a replica's data or position, restarts it, or deletes logs: it cannot simply be taken back, and wrong values make it worse.
    /// </summary>
    Medium,

    /// <summary>Replaces a node's data, leaves changes out, or changes the primary for good.</summary>
    High,
}

/// <summary>Where a step's commands are given.</summary>
public enum StepTarget
{
    /// <summary>SQL on the node that has the finding.</summary>
    Node,

    /// <summary>SQL on the node's source.</summary>
    Source,

    /// <summary>A shell that reaches both.</summary>
    Shell,
}

/// <summary>One thing a person may do, in the words of the very server it is for.</summary>
public sealed record RemedyStep
{
    /// <summary>Names the texts: <c>step.{Id}</c> (what it does), <c>step.{Id}.changes</c> (what it changes).</summary>
    public required string Id { get; init; }

    public required StepTarget Target { get; init; }

    public required Danger Danger { get; init; }

    /// <summary>
    /// Statements without a final semicolon, or shell command lines; in order. Empty when there is something to do by hand.
    /// </summary>
    public ImmutableArray<string> Commands { get; init; } = [];

    /// <summary>
    /// The words in capitals that an operator has to replace in <see cref="Commands"/>. Empty for commands that can be given as they are.
    /// </summary>
    public ImmutableArray<string> Blanks { get; init; } = [];

    /// <summary>
    /// Whether it changes data and no test has compared all tables of the site after it: it may help, and what came out has to be compared.
    /// </summary>
    public bool IsPossibleOnly { get; init; }

    /// <summary>Whether it makes a way back, before data is changed.</summary>
    public bool IsBackup => Id == StepKinds.Backup.Id || Id == StepKinds.BackupOfUnknownSize.Id;
}

/// <summary>
/// Something that is wrong, or soon will be. Texts are looked up by <see cref="Code"/> and filled with <see cref="Values"/>.
/// </summary>
public sealed record Finding
{
    /// <summary>
    /// Stable, such as "sql-duplicate-key"; also the key of its texts: <c>{Code}.title</c>, <c>{Code}.happened</c>, <c>{Code}.members</c>.
    /// </summary>
    public required string Code { get; init; }

    public required Severity Severity { get; init; }

    public required Confidence Confidence { get; init; }

    /// <summary>The index of the node that has it in the fleet's rules; null when it is the fleet's.</summary>
    public int? Node { get; init; }

    /// <summary>The channel of that node; null when it is not about one, "" for the only one.</summary>
    public string? Channel { get; init; }

    /// <summary>Null when unknown.</summary>
    public MonotonicInstant? Since { get; init; }

    /// <summary>
    /// What the texts' placeholders stand for: table, key, position, number, text and the like, as the server gave them. Unknown values are
    /// missing.
    /// </summary>
    public ImmutableDictionary<string, string> Values { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>The next safe steps, in order.</summary>
    public ImmutableArray<RemedyStep> Steps { get; init; } = [];

    /// <summary>What not to do: keys of texts <c>deadend.{key}</c>.</summary>
    public ImmutableArray<string> DeadEnds { get; init; } = [];
}
