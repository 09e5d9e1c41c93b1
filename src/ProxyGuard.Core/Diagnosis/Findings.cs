using System.Collections.Frozen;
using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>From what the nodes say to what is wrong, why, and what helps.</summary>
public static class Findings
{
    private static readonly FrozenDictionary<string, int> Ranks = FindingKinds.All.Index().ToFrozenDictionary(kind => kind.Item.Code, kind => kind.Index);

    /// <summary>Everything that is wrong with the fleet, or soon will be; the worst first, and of the same fleet always in the same order.</summary>
    /// <param name="examinations">One for each node, in the order of the rules; null, or the array shorter, where a node was not examined.</param>
    /// <param name="site">What is known of writes that hang or pass ProxyGuard by. Null: nothing.</param>
    /// <param name="rules">What was configured. Null: what is meant by it is taken to be the default.</param>
    public static ImmutableArray<Finding> Of(FleetSnapshot fleet, ImmutableArray<NodeExamination?> examinations, GuardRules? rules, Moment now, GuardView? site = null)
    {
        var view = new FleetView(fleet, examinations.IsDefault ? [] : examinations, now);
        IEnumerable<Finding> all =
        [
            .. TopologyFindings.Of(view, rules?.ReadOnly.AllowTwoPrimaries ?? false),
            .. site is null ? [] : WriteFindings.Of(view, site),
            .. SettingFindings.Of(view),
            .. GrowthFindings.Of(view),
            .. view.Scenes.SelectMany(ChannelFindings.Of),
            .. view.Scenes.SelectMany(scene => PaceFindings.Of(view, scene)),
        ];
        return [.. all.OrderByDescending(finding => finding.Severity).ThenBy(Rank).ThenBy(finding => finding.Node ?? -1).ThenBy(finding => finding.Channel ?? "", StringComparer.Ordinal)];
    }

    /// <summary>
    /// What an error number can mean for a server of that version, without a fleet: what nobody knows is a placeholder such as <c>&lt;table&gt;</c>.
    /// The SQL thread's meanings come first. A number nobody knows has the two findings that say so.
    /// </summary>
    /// <param name="text">The error's text, as far as somebody has it: it tells causes with the same number apart.</param>
    public static ImmutableArray<Finding> Explain(int errorNumber, ServerVersion server, bool usesGtid, string text = "")
    {
        var scene = new Scene { Server = server, SourceServer = server, UsesGtid = usesGtid };
        Scene read = ChannelFindings.Reading(scene, new ReplicationError(errorNumber, text));
        IEnumerable<Fault> meant = Meanings(SqlThreadFaults.All, errorNumber, text).Concat(Meanings(IoThreadFaults.All, errorNumber, text));
        ImmutableArray<Finding> findings = [.. meant.DistinctBy(fault => fault.Kind).Select(fault => fault.Of(read))];
        return findings.IsEmpty ? [SqlThreadFaults.All[^1].Of(read), IoThreadFaults.All[^1].Of(read)] : findings;
    }

    /// <summary>With a text the one that fits; without it every cause that has the number.</summary>
    private static IEnumerable<Fault> Meanings(ImmutableArray<Fault> faults, int number, string text)
    {
        IEnumerable<Fault> numbered = faults.Where(fault => fault.IsNumbered(number));
        return text.Length == 0 ? numbered : faults.SkipLast(1).Where(fault => fault.Is(number, text)).Take(1);
    }

    private static int Rank(Finding finding) => Ranks[finding.Code];
}
