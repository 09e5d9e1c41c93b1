using System.Collections.Frozen;
using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.ReadPort;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>From what the nodes say to what is wrong, why, and what helps.</summary>
public static class Findings
{
    private static readonly FrozenDictionary<string, int> Ranks = FindingKinds.All.Index()
        .ToFrozenDictionary(kind => kind.Item.Code, kind => kind.Index);

    /// <summary>
    /// Everything that is wrong with the fleet, or soon will be; the worst first, and of the same fleet always in the same order.
    /// </summary>
    /// <param name="examinations">One for each node, in the order of the rules; null, or the array shorter, where a node was not
    /// examined.</param>
    /// <param name="site">What is known of writes that hang or pass ProxyGuard by, and of the operator's hold. Null: nothing.</param>
    /// <param name="refusals">What each node told the read port last, in the order of the rules; null where it took the connection. Empty
    /// without a read port.</param>
    /// <param name="rules">What was configured. Null: what is meant by it is taken to be the default.</param>
    public static ImmutableArray<Finding> Of(
        FleetSnapshot fleet, ImmutableArray<NodeExamination?> examinations, GuardRules? rules, MonotonicInstant now, GuardView? site = null,
        ImmutableArray<NodeRefusal?> refusals = default)
    {
        var view = new FleetView(fleet, examinations.IsDefault ? [] : examinations, now);
        IEnumerable<Finding> all =
        [
            .. TopologyFindings.Of(view, rules?.ReadOnly.AllowTwoPrimaries ?? false),
            .. EvidenceFindings.Of(view),
            .. site is null ? [] : WriteFindings.Of(view, site),
            .. SettingFindings.Of(view),
            .. GrowthFindings.Of(view),
            .. HoldFindings.Of(site?.Hold, isWell: site is { Incident: null }),
            .. ArchitectureFindings.Of(view),
            .. ReadPortFindings.Of(view, refusals.IsDefault ? [] : refusals),
            .. view.Scenes.SelectMany(ChannelFindings.Of),
            .. view.Scenes.SelectMany(scene => PaceFindings.Of(view, scene)),
        ];
        return
        [
            .. all.OrderByDescending(finding => finding.Severity).ThenBy(Rank).ThenBy(finding => finding.Node ?? -1)
            .ThenBy(finding => finding.Channel ?? "", StringComparer.Ordinal),
        ];
    }

    /// <summary>
    /// What an error number can mean for a server of that version, without a fleet: unknown values are left out, and words in capitals in
    /// the commands. The SQL thread's meanings come first. An unknown number has the two findings that say so.
    /// </summary>
    /// <param name="text">The error's text, as far as given: it tells causes with the same number apart.</param>
    public static ImmutableArray<Finding> Explain(int errorNumber, ServerVersion server, bool usesGtid, string text = "")
    {
        var error = new ReplicationError(errorNumber, text);
        Scene read = ChannelFindings.Reading(new Scene { Server = server, SourceServer = server, UsesGtid = usesGtid }, error);
        read = read with { UsesGtid = usesGtid || ErrorText.IsOfGtids(read.Facts, text) };
        ImmutableArray<ErrorRule> meant = text.Length == 0
            ? Numbered(errorNumber)
            : Fitting(ErrorReading.Of(error), ErrorText.ThreadOf(text));
        ImmutableArray<Finding> findings = [.. meant.DistinctBy(rule => rule.Kind).Select(rule => rule.Of(read))];
        if (findings.IsEmpty)
            return [SqlThreadErrors.All[^1].Of(read), IoThreadErrors.All[^1].Of(read)];
        if (ErrorText.IsOfGalera(text))
            return
            [
                .. findings.Select(
                    finding => finding.Confidence == Confidence.Certain ? finding with { Confidence = Confidence.Likely } : finding),
            ];
        // Whatever can be two things is certainly neither.
        return findings.Length == 1 ? findings : [.. findings.Select(finding => finding with { Confidence = Confidence.Possible })];
    }

    private static ImmutableArray<ErrorRule> Numbered(int number) =>
        [.. SqlThreadErrors.All.Concat(IoThreadErrors.All).Where(rule => rule.IsNumbered(number))];

    /// <summary>The first that fits for each thread; where the text itself tells one of the two from others, only that one.</summary>
    private static ImmutableArray<ErrorRule> Fitting(ErrorReading error, bool? isOfSqlThread)
    {
        ErrorRule? sql = isOfSqlThread is false ? null : SqlThreadErrors.All.SkipLast(1).FirstOrDefault(rule => rule.Is(error));
        ErrorRule? io = isOfSqlThread is true ? null : IoThreadErrors.All.SkipLast(1).FirstOrDefault(rule => rule.Is(error));
        ErrorRule[] both = [.. new[] { sql, io }.OfType<ErrorRule>()];
        return both.Any(rule => rule.IsTold) ? [.. both.Where(rule => rule.IsTold)] : [.. both];
    }

    private static int Rank(Finding finding) => Ranks[finding.Code];
}
