using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Seeing.Examination;

namespace ProxyGuard.Testing;

/// <summary>Examines as a test says; as a default the node does not answer.</summary>
internal sealed class ScriptedExaminer : INodeExaminer
{
    public NodeExamination? Examination { get; set; }

    /// <summary>How often it was asked.</summary>
    public int Asked { get; private set; }

    public Task<NodeExamination?> ExamineAsync(MonotonicInstant at, CancellationToken stop)
    {
        Asked++;
        return Task.FromResult(Examination is null ? null : Examination with { At = at });
    }
}
