namespace ProxyGuard.Core.Requests;

/// <summary>What a request does to the data, as far as can be told before it is forwarded.</summary>
public enum RequestKind
{
    /// <summary>The default, for anything not known to be a read.</summary>
    Write,

    Read,

    /// <summary>
    /// Forwarded in every mode but maintenance, to where writes go: login and logout. While the primary does not answer, see
    /// <c>RequestPolicy</c>.
    /// </summary>
    Pass,
}

/// <summary>One configured exception from the rule that the method decides.</summary>
/// <param name="Method">Upper case; null for every method.</param>
/// <param name="Path">Where it applies.</param>
/// <param name="Is">What such a request is.</param>
public sealed record RequestRule(string? Method, PathPattern Path, RequestKind Is)
{
    /// <summary>What the query must have besides.</summary>
    public ParameterPattern Query { get; init; } = ParameterPattern.None;

    /// <summary>What the form must have besides. Never asked for where a request reads, and only when a write would be refused.</summary>
    public ParameterPattern Form { get; init; } = ParameterPattern.None;

    /// <summary>What is known of it from an application's preset; null for a rule of the operator.</summary>
    public PresetRule? Preset { get; init; }

    internal bool HasParameters => !Query.IsEmpty || !Form.IsEmpty;
}

/// <summary>What is known of a rule that comes with an application.</summary>
/// <param name="Application">Such as "wordpress".</param>
/// <param name="Reason">What the request is, in a few words of English.</param>
/// <param name="Source">Where that is to be seen: a file of the application, or its manual.</param>
/// <param name="IsBackground">No member waits for it: it comes again by itself.</param>
public sealed record PresetRule(string Application, string Reason, string Source, bool IsBackground);
