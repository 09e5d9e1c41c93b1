using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Seeing.Upstreams;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>
/// What is wrong as of now: the fleet as the probes saw it last, the web servers, and what nodes told us instead of a greeting.
/// </summary>
internal sealed class DiagnosisSource(
    GuardBoard board, Examinations examinations, WebServersBoard web, NodeRefusals refusals, GuardClock clock)
{
    public SiteDiagnosis Now
    {
        get
        {
            GuardView view = board.View;
            FleetRules fleet = view.Fleet.Rules;
            return SiteDiagnosis.Of(view, examinations.Of(fleet), web.Seen, refusals.Of(fleet), clock);
        }
    }
}
