using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>Who replicates from whom, as the nodes themselves say: read, not configured.</summary>
internal sealed class Sources(ImmutableArray<NodeRules> rules, ImmutableArray<NodeReading> readings, ImmutableArray<NodeState> before)
{
    /// <summary>What the node said, now or last. Null when it never answered.</summary>
    public NodeReading.Answered? AnswerOf(int node) => readings[node] as NodeReading.Answered ?? before[node].LastAnswer;

    /// <summary>The node that a channel of <paramref name="follower"/> follows; null when it is none of ours.</summary>
    public int? SourceOf(int follower, ReplicationStatus channel)
    {
        for (int other = 0; other < rules.Length; other++)
        {
            if (other != follower && IsSource(other, channel))
                return other;
        }

        return null;
    }

    /// <summary>The nodes that the channels of <paramref name="follower"/> follow, as far as they are ours.</summary>
    public IEnumerable<int> SourcesOf(int follower) =>
        (AnswerOf(follower)?.Channels ?? []).Select(channel => SourceOf(follower, channel)).OfType<int>();

    /// <summary>Nodes that accept writes, follow nobody, and are followed.</summary>
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

    /// <summary>Whether nothing speaks against <paramref name="node"/> accepting writes of its own. A node that does not answer just now may.</summary>
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

    /// <summary>By UUID or server id once the replica was connected, by address before that.</summary>
    private bool IsSource(int candidate, ReplicationStatus channel)
    {
        if (channel.SourceServerId != 0 && AnswerOf(candidate) is { } answer)
            return answer.Server.Id == channel.SourceServerId && (channel.SourceUuid is null || answer.Server.Uuid is null || answer.Server.Uuid == channel.SourceUuid);

        return rules[candidate].Port == channel.SourcePort && string.Equals(rules[candidate].Host, channel.SourceHost, StringComparison.OrdinalIgnoreCase);
    }
}
