using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Probing;

/// <summary>Asks one node what explains its state. Never throws for what a node does or does not do: then there is no examination.</summary>
internal interface INodeExaminer
{
    /// <summary>Answers within its own deadline, null when the node did not; throws only when <paramref name="stop"/> is cancelled.</summary>
    Task<NodeExamination?> ExamineAsync(Moment at, CancellationToken stop);
}

/// <summary>Makes the examiner of one node; its connection string is the one at the same place in the settings.</summary>
internal delegate INodeExaminer NodeExaminerFactory(NodeRules node, string connection);
