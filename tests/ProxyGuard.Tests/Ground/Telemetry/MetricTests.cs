using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Telemetry;

/// <summary>One system of metrics: what the page shows is what .NET's meter has.</summary>
public class MetricTests
{
    [Fact]
    public async Task Requests_not_forwarded_are_counted_by_reason()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        await site.StopReplicasAsync();
        await PostAsync(site, "/comments", HttpStatusCode.ServiceUnavailable);
        await PostAsync(site, "/comments", HttpStatusCode.ServiceUnavailable);
        await PostAsync(site, "/_PROXYGUARD/x", HttpStatusCode.BadRequest);
        using var trace = new HttpRequestMessage(HttpMethod.Trace, "/");
        using HttpResponseMessage refused = await site.Http.SendAsync(trace);

        string metrics = await site.Management.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
        foreach (string line in (string[])["read-only\"} 2", "reserved-path\"} 1", "method\"} 1", "maintenance\"} 0", "malformed\"} 0"])
            Assert.Contains($"\nproxyguard_requests_rejected_total{{reason=\"{line}\n", metrics, StringComparison.Ordinal);
        // Under the old names for one version more.
        foreach (
            string line in (string[])["refused_writes_total 2", "refused_others_total 0", "confused_paths_total 1", "not_admitted_total 1"])
            Assert.Contains($"\nproxyguard_{line}\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_metrics_page_and_the_meter_have_the_same_values()
    {
        await using GuardedSite site = await GuardedSite.StartWellAsync();
        var heard = new StringBuilder();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            // Other tests have sites of their own at the same time.
            if (instrument.Meter.Name == "ProxyGuard" && ReferenceEquals(instrument.Meter.Scope, site.Service<IMeterFactory>()))
                self.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) =>
            heard.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"{instrument.Name}{{{string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}=\"{tag.Value}\""))}}} {value}\n"));
        listener.Start();

        listener.RecordObservableInstruments();
        string page = await site.Management.GetStringAsync(new Uri("/metrics", UriKind.Relative));

        string[] shown =
        [
            .. page.Split('\n').Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Contains('{', StringComparison.Ordinal) ? line : line.Replace(" ", "{} ", StringComparison.Ordinal)),
        ];
        Assert.Equal(
            shown.Order(StringComparer.Ordinal),
            heard.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
        Assert.True(shown.Length > 40, page);
    }

    private static async Task PostAsync(GuardedSite site, string path, HttpStatusCode status)
    {
        using var body = new StringContent("text");
        using HttpResponseMessage answer = await site.Http.PostAsync(new Uri(path, UriKind.Relative), body);
        Assert.Equal(status, answer.StatusCode);
    }
}
