using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Telling.Diagnosis;

/// <summary>Tells of every error that appears or goes, once. For one caller at a time.</summary>
internal sealed class FindingWatch(DiagnosisSource source, SiteEvents events)
{
    private Dictionary<(string Code, string Where), string> _told = [];

    public void Tell()
    {
        SiteDiagnosis diagnosis = source.Now;
        var found = new Dictionary<(string Code, string Where), string>();
        foreach (Finding finding in diagnosis.Findings.Where(finding => finding.Severity == Severity.Error))
            found[(finding.Code, WhereOf(diagnosis, finding))] = new FindingWords(Wording.ForFindings("en"), finding).Title;

        foreach (((string code, string where), string title) in found.Where(one => !_told.ContainsKey(one.Key)))
            events.Tell(new SiteEvent.FindingBegan(where, code, title) { At = events.Now });
        foreach (((string code, string where), string title) in _told.Where(one => !found.ContainsKey(one.Key)))
            events.Tell(new SiteEvent.FindingEnded(where, code, title) { At = events.Now });
        _told = found;
    }

    private static string WhereOf(SiteDiagnosis diagnosis, Finding finding)
    {
        string name = diagnosis.NodeOf(finding)?.Rules.Name ?? "the site";
        return finding.Channel is { Length: > 0 } channel ? $"{name}, channel {channel}" : name;
    }
}
