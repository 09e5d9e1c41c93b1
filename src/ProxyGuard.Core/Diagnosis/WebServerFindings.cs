using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Web servers that do not answer, whatever the databases do.</summary>
public static class WebServerFindings
{
    /// <summary>What it means for the site first, if it means anything; else each that fails.</summary>
    public static ImmutableArray<Finding> Of(WebServersSeen seen)
    {
        WebServerState[] failing = [.. seen.Servers.Where(server => server.Health == WebServerHealth.Failing)];
        return seen.Reach switch
        {
            SiteReach.None => [Finding(FindingKinds.WebServersUnreachable, failing) with { Since = seen.Since }],
            SiteReach.ReadsOnly => [Finding(FindingKinds.WebServersOfWritesUnreachable, failing) with { Since = seen.Since }],
            _ => [.. failing.Select(server => Finding(FindingKinds.WebServerFailing, [server]) with { Since = server.Since })],
        };
    }

    private static Finding Finding(FindingKind kind, WebServerState[] failing)
    {
        WebServerState first = failing[0];
        var known = new Dictionary<string, string>
        {
            ["webServers"] = string.Join(", ", failing.Select(server => $"{server.Name} ({server.Address})")),
            ["webServer"] = first.Name,
            ["text"] = first.Why,
        };
        return new Finding
        {
            Code = kind.Code,
            Severity = kind.Severity,
            Confidence = Confidence.Certain,
            Values = kind.Facts.Where(name => known[name].Length > 0)
                .ToImmutableDictionary(name => name, name => known[name], StringComparer.Ordinal),
            Steps =
                [StepKinds.AskWebServers.With([.. failing.Select(server => $"curl --head --max-time 10 {Shell.Word(server.Address)}")])],
        };
    }
}
