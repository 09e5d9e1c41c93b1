using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>Who replicates from whom, as the nodes themselves say: read, not configured.</summary>
internal sealed class Sources(ImmutableArray<NodeRules> rules, ImmutableArray<NodeReading> readings, ImmutableArray<NodeState> before)
{
    /// <summary>What the node said, now or last. Null when it never answered.</summary>
    public NodeReading.Answered? AnswerOf(int node) => readings[node] as NodeReading.Answered ?? before[node].LastAnswer;

    /// <summary>The node that a channel of <paramref name="follower"/> follows; null when it is none of ours.</summary>
    public int? SourceOf(int follower, ReplicationStatus channel) =>
        First(
            follower,
            other => IsServer(other, channel) && IsAt(other, channel)) ?? First(follower, other => IsServer(other, channel)) ?? First(
                follower, other => IsAddress(other, channel));

    /// <summary>The nodes that the channels of <paramref name="follower"/> follow, as far as they are ours.</summary>
    public IEnumerable<int> SourcesOf(int follower) =>
        (AnswerOf(follower)?.Channels ?? []).Select(channel => SourceOf(follower, channel)).OfType<int>();

    /// <summary>Nodes that accept writes, follow no source, and are followed.</summary>
    public NodeSet Candidates(int except)
    {
        NodeSet candidates = NodeSet.None;
        for (int node = 0; node < rules.Length; node++)
        {
            // A further source is written to by others, and is meant to be.
            if (node != except && rules[node].Role != NodeRole.Source && AcceptsWrites(node) && IsFollowed(node))
                candidates = candidates.With(node);
        }

        return candidates;
    }

    /// <summary>
    /// Whether nothing speaks against <paramref name="node"/> accepting writes of its own. A node that does not answer just now may.
    /// </summary>
    public bool MayStillWrite(int node) => readings[node] is not NodeReading.Answered || AcceptsWrites(node);

    private bool AcceptsWrites(int node) => readings[node] is NodeReading.Answered { ReadOnly: false, Channels.IsEmpty: true };

    private bool IsFollowed(int node)
    {
        for (int other = 0; other < rules.Length; other++)
        {
            if (other != node && SourcesOf(other).Contains(node))
                return true;
        }

        return false;
    }

    private int? First(int follower, Func<int, bool> isSource)
    {
        for (int other = 0; other < rules.Length; other++)
        {
            if (other != follower && isSource(other))
                return other;
        }

        return null;
    }

    /// <summary>By server id and UUID, which the replica knows once it was connected.</summary>
    private bool IsServer(int candidate, ReplicationStatus channel) =>
        channel.SourceServerId != 0
        && AnswerOf(candidate) is { } answer
        && answer.Server.Id == channel.SourceServerId
        && (channel.SourceUuid is null || answer.Server.Uuid is null || answer.Server.Uuid == channel.SourceUuid);

    /// <summary>By host and port, where one of the two has not said yet who it is.</summary>
    private bool IsAddress(int candidate, ReplicationStatus channel) =>
        (channel.SourceServerId == 0 || AnswerOf(candidate) is null) && IsAt(candidate, channel);

    /// <summary>Also tells servers apart that have the same id by mistake.</summary>
    private bool IsAt(int candidate, ReplicationStatus channel) =>
        rules[candidate].Port == channel.SourcePort
            && string.Equals(rules[candidate].Host, channel.SourceHost, StringComparison.OrdinalIgnoreCase);
}
