using System.Collections.Immutable;
using System.Diagnostics;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>What missing evidence is called, in reports and in <c>Nodes:&lt;name&gt;:Accept</c>, and the line that mends it.</summary>
public static class EvidenceNames
{
    /// <summary>
    /// What can be accepted: settings that stand, and may be meant. What passes by itself, or is a rule, is not among them.
    /// </summary>
    public static IReadOnlyDictionary<string, EvidenceGap> Acceptable { get; } =
        ((EvidenceGap[])[EvidenceGap.Architecture, EvidenceGap.Filters, EvidenceGap.Idempotent, EvidenceGap.LogReplicaUpdates,
            EvidenceGap.ServerId, EvidenceGap.SkipErrors])
        .ToImmutableSortedDictionary(Of, gap => gap, StringComparer.OrdinalIgnoreCase);

    public static string Of(EvidenceGap gap) => gap switch
    {
        EvidenceGap.LogReplicaUpdates => "log-replica-updates",
        EvidenceGap.ServerId => "server-id",
        EvidenceGap.Filters => "filters",
        EvidenceGap.SkipErrors => "skip-errors",
        EvidenceGap.Idempotent => "idempotent",
        EvidenceGap.SkipCounter => "skip-counter",
        EvidenceGap.LogStandsStill => "log-stands-still",
        EvidenceGap.GtidsAhead => "gtids-ahead",
        EvidenceGap.SourceUnknown => "source-unknown",
        EvidenceGap.Architecture => "architecture",
        _ => throw new UnreachableException($"evidence {gap}"),
    };

    /// <summary>
    /// The line to put into the [mysqld] section of the option file of <see cref="MissingEvidence.At"/>, in that server's words. Null where
    /// no line mends it.
    /// </summary>
    public static string? OptionFor(MissingEvidence missing, FleetSnapshot fleet)
    {
        var commands = new ServerCommands(fleet.Nodes[missing.At].LastAnswer?.Version ?? ServerVersion.Parse(""));
        return missing.Gap switch
        {
            EvidenceGap.LogReplicaUpdates or EvidenceGap.LogStandsStill => LogOption(fleet.Nodes[missing.At].LastAnswer, commands),
            EvidenceGap.ServerId => "server_id = UNUSED_NUMBER",
            EvidenceGap.SkipErrors => $"{commands.Variable("skip_errors")} = OFF",
            EvidenceGap.Idempotent => $"{commands.Variable("exec_mode")} = STRICT",
            EvidenceGap.Filters or EvidenceGap.SkipCounter or EvidenceGap.GtidsAhead or EvidenceGap.SourceUnknown
                or EvidenceGap.Architecture => null,
            _ => throw new UnreachableException($"evidence {missing.Gap}"),
        };
    }

    // Without a binlog there is nothing to log into, and one that is told to log already is kept from it by something else.
    private static string? LogOption(NodeReading.Answered? server, ServerCommands commands) => server switch
    {
        { Head: null } => $"log_bin, {commands.LogReplicaUpdates} = ON",
        { Replication.LogsApplied: true } => null,
        _ => $"{commands.LogReplicaUpdates} = ON",
    };
}
