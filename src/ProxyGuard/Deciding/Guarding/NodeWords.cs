using ProxyGuard.Core.Replication;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>What is wrong with a node, in a sentence for operators.</summary>
internal static class NodeWords
{
    public static string Why(NodeState node, FleetSnapshot fleet, MonotonicInstant now)
    {
        if (node.Silence is { } silence)
            return $"{silence.Failure}: {silence.Text}";
        if (node.LastAnswer is not { } answer)
            return "it was not asked yet";
        if (node.Role != NodeRole.Replica)
            return answer.Head is null ? "it writes no binary log, so nothing can replicate from it" : "";
        if (node.Worst is not { Status: var replication } channel)
            return "it replicates from nobody";
        if (replication.SqlThread != ReplicationThread.Yes)
            return Error("SQL thread is not running", replication.SqlError);
        if (replication.IoThread != ReplicationThread.Yes)
            return Error("IO thread is not connected", replication.IoError);
        if (channel.Source is null)
            return $"its source {replication.SourceHost}:{replication.SourcePort} (server id {replication.SourceServerId}) is no configured node";
        if (channel.IsAheadOfSource)
            return $"it stands at {replication.Executed}, where its source has never been: the source's binary log was reset or lost its end";
        if (node.IsBelowStopped)
            return $"its source {fleet.Nodes[channel.Source.Value].Rules.Name} has stopped applying, and it has all that this one has";
        if (!node.HasEvidence)
            return $"not known to get what the site writes: {string.Join("; ", node.Missing.Where(missing => !missing.IsAccepted).Select(missing => EvidenceWords.What(missing, fleet.Rules)))}";
        return node.LagAt(now) is { } lag
            ? $"{lag.TotalSeconds:0.0} s behind{(node.IsEstimated ? " (its own estimate)" : "")}"
            : "its lag cannot be told yet";
    }

    private static string Error(string what, ReplicationError? error) =>
        error is null ? what : $"{what}: error {error.Number}: {error.Text}";
}
