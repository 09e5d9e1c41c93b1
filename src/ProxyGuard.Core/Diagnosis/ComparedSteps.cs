using System.Collections.Frozen;
using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Which steps that change data were carried out on real servers for which finding, with all tables of the site compared afterwards. Any
/// other is reported as possible, and is followed by a comparison. <c>FleetTests/Remedies</c> fails when this table claims what it has
/// not carried out.
/// </summary>
public static class ComparedSteps
{
    private static readonly (FindingKind Finding, StepKind[] Steps)[] Everywhere =
    [
        (FindingKinds.DuplicateKey, [StepKinds.Idempotent, StepKinds.DeleteRow]),
        (FindingKinds.DuplicateKeyOfUpdate, [StepKinds.DeleteRow]),
        (FindingKinds.DuplicateKeyOfStatement, [StepKinds.DeleteRow]),
        (FindingKinds.AlreadySo, [StepKinds.SkipStatement]),
        (FindingKinds.RelayLogDamaged, [StepKinds.Refetch]),
        (FindingKinds.ReplicaReset, [StepKinds.Follow]),
        (FindingKinds.RowNotFound, [StepKinds.CopyTable, StepKinds.Idempotent]),
        (FindingKinds.ParentMissing, [StepKinds.CopyTable, StepKinds.Idempotent]),
        (FindingKinds.ForeignKey, [StepKinds.CopyTable, StepKinds.Idempotent]),
        (FindingKinds.TableMissing, [StepKinds.CopyTable, StepKinds.Idempotent]),
        (FindingKinds.SchemaDiffers, [StepKinds.CopyTable, StepKinds.Idempotent]),
        (FindingKinds.ValueRefused, [StepKinds.PrepareRebuild, StepKinds.Rebuild]),
        (FindingKinds.LogPurged, [StepKinds.PrepareRebuild, StepKinds.Rebuild]),
    ];

    // MySQL before 5.7 says of such an applier only that it reads the relay log: there it was not made.
    private static readonly (FindingKind Finding, StepKind[] Steps)[] WhereRowsAreSeen =
    [(FindingKinds.RowsWithoutKey, [StepKinds.AddKey])];

    private static readonly FrozenSet<(string Finding, string Step)> OnOldMySql = Claims(
        Everywhere, [(FindingKinds.ErrantGtid, [StepKinds.EmptyTransaction])]);

    private static readonly FrozenSet<(string Finding, string Step)> OnMySql = Claims(
        Everywhere, WhereRowsAreSeen, [(FindingKinds.ErrantGtid, [StepKinds.EmptyTransaction])]);

    private static readonly FrozenSet<(string Finding, string Step)> OnMariaDb = Claims(Everywhere, WhereRowsAreSeen,
    [
        (FindingKinds.ErrantGtid, [StepKinds.PrepareRebuild, StepKinds.Rebuild]),
        (FindingKinds.GtidOutOfOrder, [StepKinds.PrepareRebuild, StepKinds.Rebuild]),
    ]);

    /// <summary>Findings and steps.</summary>
    public static FrozenSet<(string Finding, string Step)> On(ServerVersion server) => server switch
    {
        { IsMariaDb: true } => OnMariaDb,
        _ => server.IsAtLeast(5, 7) ? OnMySql : OnOldMySql,
    };

    internal static ImmutableArray<RemedyStep> Of(string finding, Scene scene, ImmutableArray<RemedyStep> steps)
    {
        FrozenSet<(string, string)> compared = On(scene.Server);
        ImmutableArray<RemedyStep> told =
        [
            .. steps.Select(
                step => StepKinds.ChangesData(step.Id) && !compared.Contains((finding, step.Id)) ? step with { IsPossibleOnly = true }
                    : step),
        ];
        return told.Any(step => step.IsPossibleOnly) ? [.. told, .. DataRemedies.Compare(scene).Select(Blanks.In)] : told;
    }

    private static FrozenSet<(string, string)> Claims(params ReadOnlySpan<(FindingKind Finding, StepKind[] Steps)[]> lists)
    {
        var all = new HashSet<(string, string)>();
        foreach ((FindingKind finding, StepKind[] steps) in lists.ToArray().SelectMany(list => list))
            all.UnionWith(steps.Select(step => (finding.Code, step.Id)));
        return all.ToFrozenSet();
    }
}
