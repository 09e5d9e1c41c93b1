using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Seeing.Upstreams;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>The web servers, as metrics.</summary>
internal sealed class WebServerMetrics(WebServerStates states, WebServersBoard board, RetryBudget retries) : IMetricSource
{
    public IEnumerable<MetricFamily> Families
    {
        get
        {
            WebServer[] servers = [.. states.All];
            return
            [
                MetricFamily.Gauge(
                    "proxyguard_reach", "1 for what members can do as far as the web servers go",
                    MetricFamily.OneOf("reach", board.Seen.Reach, PublicNames.Of)),
                MetricFamily.Gauge("proxyguard_web_server_state", "1 for the web server's state",
                    servers.SelectMany(server => MetricFamily.OneOf("state", server.State.Health, PublicNames.Of, LabelsOf(server.State)))),
                MetricFamily.Counter("proxyguard_web_server_failures_total",
                    "requests that the web server did not answer, whoever was to blame",
                    servers.Select(server => MetricFamily.Sample(server.Failures, LabelsOf(server.State)))),
                MetricFamily.Counter("proxyguard_retries_total", "reads tried once more because a web server failed", retries.Spent),
            ];
        }
    }

    private static (string, string)[] LabelsOf(WebServerState server) => [("cluster", server.Cluster), ("web_server", server.Name)];
}
