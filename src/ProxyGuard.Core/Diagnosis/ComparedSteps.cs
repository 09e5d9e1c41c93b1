using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Which steps that change data were carried out on real servers for which finding, with all tables of the site compared afterwards. Any other is told as possible, and is followed by
/// a comparison. <c>FleetTests/Remedies</c> fails when this table claims what it has not carried out.
/// </summary>
internal static class ComparedSteps
{
    /// <summary>Finding and step.</summary>
    public static FrozenSet<(string Finding, string Step)> OnMySql { get; } = Claims(
        (FindingKinds.DuplicateKey, [StepKinds.Idempotent]));

    /// <inheritdoc cref="OnMySql"/>
    public static FrozenSet<(string Finding, string Step)> OnMariaDb { get; } = Claims(
        (FindingKinds.DuplicateKey, [StepKinds.Idempotent]));

    public static ImmutableArray<RemedyStep> Told(string finding, Scene scene, ImmutableArray<RemedyStep> steps)
    {
        FrozenSet<(string, string)> compared = scene.Server.IsMariaDb ? OnMariaDb : OnMySql;
        ImmutableArray<RemedyStep> told = [.. steps.Select(step => StepKinds.ChangesData(step.Id) && !compared.Contains((finding, step.Id)) ? step with { IsPossibleOnly = true } : step)];
        return told.Any(step => step.IsPossibleOnly) ? [.. told, .. DataRemedies.Compare(scene).Select(Blanks.In)] : told;
    }

    private static FrozenSet<(string, string)> Claims(params ReadOnlySpan<(FindingKind Finding, StepKind[] Steps)> claims)
    {
        var all = new HashSet<(string, string)>();
        foreach ((FindingKind finding, StepKind[] steps) in claims)
            all.UnionWith(steps.Select(step => (finding.Code, step.Id)));
        return all.ToFrozenSet();
    }
}
