using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Seeing.Upstreams;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>
/// What is wrong as of now: the fleet as the probes saw it last, the web servers, and what nodes told us instead of a greeting.
/// </summary>
internal sealed class DiagnosisSource(GuardRules rules, GuardBoard board, WebServersBoard web, NodeRefusals refusals, GuardClock clock)
{
    /// <param name="examinations">What the last ones told, in the order of the nodes.</param>
    public SiteDiagnosis Now(ImmutableArray<NodeExamination?> examinations) =>
        SiteDiagnosis.Of(rules, board.View, examinations, web.Seen, refusals.All, clock);
}
