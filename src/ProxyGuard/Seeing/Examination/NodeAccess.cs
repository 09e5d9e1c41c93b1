using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Seeing.Examination;

/// <summary>What one node is asked through. The examiner's sessions are closed with the probe.</summary>
internal sealed record NodeAccess(INodeProbe Probe, INodeExaminer Examiner);
