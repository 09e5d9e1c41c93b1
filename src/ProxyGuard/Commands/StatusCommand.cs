using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll status</c>: how the site is, as the ProxyGuard that runs sees it.</summary>
internal static class StatusCommand
{
    private const int NotNormal = 1;
    private const int NotKnown = 2;

    public static Command Create()
    {
        var options = new ManagementOptions();
        var status = new Command(
            "status",
            "Says how the site is, as the ProxyGuard that runs sees it. Exit code 0: normal, 1: not normal, 2: it could not be asked.")
        {
            CommonOptions.Language, CommonOptions.Output,
        };
        options.AddTo(status);
        status.SetAction((arguments, stop) => RunAsync(options.Of(arguments), CommonOptions.FormOf(arguments), Console.Error, stop));
        return status;
    }

    /// <returns>0: the site is normal; 1: it is not; 2: ProxyGuard could not be asked, and why is said.</returns>
    public static async Task<int> RunAsync(ManagementAccess access, ReportForm form, TextWriter errors, CancellationToken stop)
    {
        using var client = new ManagementClient(access);
        if (client.TakeKey(errors) is { } refusal)
            return await FailAsync(errors, refusal).ConfigureAwait(false);

        var site = new JsonObject();
        // The later answer counts: all tell the same facts, a moment apart.
        foreach (string path in (string[])["diagnosis", "fleet", "reload", "maintenance"])
        {
            (JsonElement? answer, string? failure) =
                await client.GetAsync($"/api/v1/{path}?lang={form.Language}", stop).ConfigureAwait(false);
            if (answer is not { } facts)
                return await FailAsync(errors, failure!).ConfigureAwait(false);
            foreach (JsonProperty fact in facts.EnumerateObject().Where(fact => !IsLeftOut(fact.Name)))
                site[fact.Name] = JsonNode.Parse(fact.Value.GetRawText());
        }

        using JsonDocument joined = JsonDocument.Parse(site.ToJsonString());
        Write(joined.RootElement, form, TimeZoneInfo.Local);
        return joined.RootElement.TextOf("mode") == "normal" && joined.RootElement.TextOf("cause") is null ? 0 : NotNormal;
    }

    /// <param name="site">The answers, joined.</param>
    public static void Write(JsonElement site, ReportForm form, TimeZoneInfo zone)
    {
        if (form.IsJson)
        {
            form.Output.WriteLine(site.ToText());
            return;
        }

        // ProxyGuard's own clock: ours may differ.
        var time = new TerminalTime(Wording.For(form.Language), zone, site.MomentOf("at") ?? DateTimeOffset.UtcNow);
        new SiteReport(site, time, ReportConsole.On(form.Output, form.IsTerminal, widthInFiles: 80)).Write();
    }

    // Old names, and what doctor tells better.
    private static bool IsLeftOut(string name) => name is "writesUnderWay" or "servers" or "topology";

    private static async Task<int> FailAsync(TextWriter errors, string why)
    {
        await errors.WriteLineAsync(why).ConfigureAwait(false);
        return NotKnown;
    }
}
