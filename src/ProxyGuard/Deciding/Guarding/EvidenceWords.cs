using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>What is missing to show that a replica gets what the site writes, in a sentence for operators.</summary>
internal static class EvidenceWords
{
    /// <summary>The link, and what is missing on it.</summary>
    public static string What(MissingEvidence missing, FleetRules fleet)
    {
        string source = fleet.Nodes[missing.Source].Name;
        string replica = fleet.Nodes[missing.Replica].Name;
        string what = missing.Gap switch
        {
            EvidenceGap.LogReplicaUpdates => $"{source} does not write what it applies into its own binary log ({missing.Setting})",
            EvidenceGap.ServerId => $"{replica} has the id of a server above it ({missing.Setting}) and drops what seems to be its own",
            EvidenceGap.Filters => $"{fleet.Nodes[missing.At].Name} may leave out databases of the site ({missing.Setting})",
            EvidenceGap.SkipErrors => $"{replica} leaves out what fails ({missing.Setting})",
            EvidenceGap.Idempotent => $"{replica} passes over rows that are missing or there already ({missing.Setting})",
            EvidenceGap.SkipCounter => $"{replica} leaves out the next events ({missing.Setting})",
            EvidenceGap.LogStandsStill => $"{source} applies, but its own binary log stands still at {missing.Setting}",
            EvidenceGap.GtidsAhead => $"{replica} holds GTIDs that the primary has yet to give ({missing.Setting})",
            EvidenceGap.SourceUnknown => $"it is not known whether anything still comes from {source}",
            EvidenceGap.Architecture =>
                $"{replica} belongs to {missing.Setting}, whose copies do not follow by binary logs: how fresh it is cannot be judged",
            _ => throw new System.Diagnostics.UnreachableException($"evidence {missing.Gap}"),
        };
        return $"{source} -> {replica}: {what}";
    }

    /// <summary>What mends it, and how it is accepted where it is meant. "" where neither helps.</summary>
    public static string Help(MissingEvidence missing, FleetSnapshot fleet)
    {
        string at = fleet.Rules.Nodes[missing.At].Name;
        string name = EvidenceNames.Of(missing.Gap);
        string mend = missing.Gap switch
        {
            EvidenceGap.Filters =>
                "remove the filter, or name the site's databases in ProxyGuard:Site:Databases where it does not touch them",
            EvidenceGap.SkipCounter => $"set the counter to 0 on {at} while its SQL thread is stopped",
            _ => EvidenceNames.OptionFor(missing, fleet) is { } option ? $"put {option} into the option file (my.cnf) of {at}" : "",
        };
        if (missing.IsAccepted || !EvidenceNames.Acceptable.ContainsKey(name))
            return mend;
        string accept = $"if it is meant, accept it: ProxyGuard:Nodes:{at}:Accept: [ \"{name}\" ]";
        return mend.Length == 0 ? accept : $"{mend}; {accept}";
    }
}
