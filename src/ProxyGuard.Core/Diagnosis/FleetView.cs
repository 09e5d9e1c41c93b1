using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>A fleet as findings look at it: each node with its examination, each channel as a scene.</summary>
internal sealed class FleetView(FleetSnapshot fleet, ImmutableArray<NodeExamination?> examinations, MonotonicInstant now)
{
    public FleetSnapshot Fleet => fleet;

    public MonotonicInstant Now => now;

    public ImmutableArray<NodeState> Nodes => fleet.Nodes;

    /// <summary>One scene for each channel of a replica that answers, by node and then the server's own order of channels.</summary>
    public IEnumerable<Scene> Scenes =>
        from index in Enumerable.Range(0, Nodes.Length)
        where Nodes[index] is { Role: NodeRole.Replica, Silence: null }
        from channel in Nodes[index].Channels
        select SceneOf(index, channel);

    public NodeExamination? ExaminationOf(int index) => index < examinations.Length ? examinations[index] : null;

    /// <param name="channel">Null for a finding about the node; its source is then the primary.</param>
    public Scene SceneOf(int index, ChannelState? channel = null)
    {
        NodeState node = Nodes[index];
        NodeState? source = SourceOf(index, channel);
        ServerVersion server = (node.LastAnswer ?? AnyAnswer)?.Version ?? Unasked;
        return new Scene
        {
            Index = index,
            Node = node.Rules.Name,
            Host = node.Rules.Host,
            Port = Scene.Number(node.Rules.Port),
            Server = server,
            Source = source?.Rules.Name ?? (
                channel?.Status is { } status ? $"{status.SourceHost}:{status.SourcePort}" : null) ?? Scene.Unknown("source"),
            SourceHost = source?.Rules.Host ?? channel?.Status.SourceHost ?? Scene.Unknown("sourceHost"),
            SourcePort = (source?.Rules.Port ?? channel?.Status.SourcePort) is { } port ? Scene.Number(port) : Scene.Unknown("sourcePort"),
            SourceLogsRows = source?.LastAnswer?.Replication.LogsRows ?? false,
            SourceServer = source?.LastAnswer?.Version ?? server,
            Elsewhere = NamesOrNull(Nodes.Where((other, at) => at != index && IsFresh(other))),
            Late = Nodes.Any(IsFresh) ? null : NamesOrNull(Nodes.Where(other => other.Role == NodeRole.Replica)),
            Channel = channel?.Status,
            UsesGtid = channel?.Status.UsesGtid ?? UsesGtidElsewhere(index),
            SuperReadOnly = node.LastAnswer?.SuperReadOnly ?? false,
            Examination = ExaminationOf(index),
            Since = node.Since,
        };
    }

    /// <summary>The names of those that a node says it follows; for a primary too, whose channels decide nothing.</summary>
    public IEnumerable<string> SourcesOf(int index) => Nodes[index].LastAnswer?.Channels.Select(channel => channel.SourceHost) ?? [];

    private static bool IsFresh(NodeState node) => node is { Role: NodeRole.Replica, Health: NodeHealth.Fresh };

    private static string? NamesOrNull(IEnumerable<NodeState> nodes) =>
        string.Join(", ", nodes.Select(node => node.Rules.Name)) is { Length: > 0 } names ? names : null;

    // One that never answered is taken to speak as the others do.
    private NodeReading.Answered? AnyAnswer => Nodes.FirstOrDefault(node => node.LastAnswer is not null)?.LastAnswer;

    // Of a fleet that never answered nothing is known: the oldest words are understood by most.
    private static ServerVersion Unasked { get; } = ServerVersion.Parse("");

    private NodeState? SourceOf(int index, ChannelState? channel)
    {
        if (channel is not null)
            return channel.Source is { } source ? Nodes[source] : null;
        return index == fleet.PrimaryDetection.Node ? null : fleet.Primary;
    }

    /// <summary>How the other replicas find their position, for a replica that says nothing of its own.</summary>
    private bool UsesGtidElsewhere(int index) =>
        Nodes.Where((node, other) => other != index && node.Role == NodeRole.Replica).SelectMany(node => node.Channels) is var channels
        && channels.Any() && channels.All(channel => channel.Status.UsesGtid);
}
