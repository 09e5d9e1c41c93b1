using ProxyGuard.Core.Replication;

namespace ProxyGuard.Guarding;

/// <summary>What is wrong with a node, in a sentence for operators.</summary>
internal static class NodeWords
{
    public static string Why(NodeState node, Moment now)
    {
        if (node.Silence is { } silence)
            return $"{silence.Failure}: {silence.Text}";
        if (node.LastAnswer is not { } answer)
            return "it was not asked yet";
        if (node.Rules.Role == NodeRole.Primary)
            return answer.Head is null ? "it writes no binary log, so nothing can replicate from it" : "";
        if (answer.Replication is not { } replication)
            return "it replicates from nobody";
        if (replication.SqlThread != ReplicationThread.Yes)
            return Error("SQL thread is not running", replication.SqlError);
        if (replication.IoThread != ReplicationThread.Yes)
            return Error("IO thread is not connected", replication.IoError);
        if (node.Source is null)
            return $"its source {replication.SourceHost}:{replication.SourcePort} (server id {replication.SourceServerId}) is no configured node";
        return node.LagAt(now) is { } lag ? $"{lag.TotalSeconds:0.0} s behind{(node.IsEstimated ? " (its own estimate)" : "")}" : "its lag cannot be told yet";
    }

    private static string Error(string what, ReplicationError? error) => error is null ? what : $"{what}: error {error.Number}: {error.Text}";
}
