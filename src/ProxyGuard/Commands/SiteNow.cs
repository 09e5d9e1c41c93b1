using System.Globalization;
using System.Text.Json;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Commands;

/// <summary>What members get from now on, in a sentence, as the answer of <c>/api/v1/maintenance</c> has it.</summary>
internal static class SiteNow
{
    public static void Write(JsonElement site, ReportConsole page, Wording labels)
    {
        page.Paragraph(MembersOf(site, labels));
        if (site.NumberOf("inFlightWrites") is > 0 and { } writes)
            page.Paragraph(labels.Say("status.writes", ("count", writes.ToString("F0", CultureInfo.InvariantCulture))) + ".");
    }

    /// <summary>What members can do, and why not more.</summary>
    public static string MembersOf(JsonElement site, Wording labels)
    {
        string mode = site.TextOf("mode") ?? "";
        return (site.TextOf("cause"), site.TruthOf("canRead")) switch
        {
            ("web-servers-unreachable", true) => labels["mode.writes-unreachable"],
            ("web-servers-unreachable", _) => labels["mode.unreachable"],
            var (cause, _) => labels.Keys.Contains($"mode.{mode}")
                ? labels.Say($"mode.{mode}", ("cause", Word(labels, "cause", cause ?? "nothing-known")))
                : mode,
        };
    }

    /// <summary>The text for a public name; the name itself where a newer ProxyGuard has one that we do not know.</summary>
    public static string Word(Wording labels, string group, string? name) =>
        name is not null && labels.Keys.Contains($"{group}.{name}") ? labels[$"{group}.{name}"] : name ?? "";
}
