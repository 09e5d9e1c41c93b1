using System.CommandLine;
using System.Text.Json;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll release</c>: ends the hold, so that ProxyGuard decides by itself again.</summary>
internal static class ReleaseCommand
{
    private const int NotDone = 2;
    private const string Maintenance = "/api/v1/maintenance";

    public static Command Create()
    {
        var options = new ManagementOptions();
        var release = new Command(
            "release", "Ends the hold: ProxyGuard decides by itself again. Exit code 0: there is none any more, 2: it could not be released.")
        {
            CommonOptions.Language,
        };
        options.AddTo(release);
        release.SetAction((arguments, stop) => RunAsync(options.Of(arguments), CommonOptions.FormOf(arguments), Console.Error, stop));
        return release;
    }

    /// <returns>0: no hold is in force; 2: it could not be released, and why is said.</returns>
    public static async Task<int> RunAsync(ManagementAccess access, ReportForm form, TextWriter errors, CancellationToken stop)
    {
        using var client = new ManagementClient(access);
        string? failure = client.TakeKey(errors);
        JsonElement? before = null;
        JsonElement? after = null;
        if (failure is null)
            (before, failure) = await client.GetAsync(Maintenance, stop).ConfigureAwait(false);
        if (failure is null)
            (after, failure) = await client.AskAsync(HttpMethod.Delete, Maintenance, null, stop).ConfigureAwait(false);
        if (before is not { } was || after is not { } now)
        {
            await errors.WriteLineAsync(failure).ConfigureAwait(false);
            return NotDone;
        }

        Write(was, now, form, new TerminalTime(Wording.For(form.Language), TimeZoneInfo.Local, DateTimeOffset.UtcNow));
        return 0;
    }

    public static void Write(JsonElement before, JsonElement after, ReportForm form, TerminalTime time)
    {
        Wording labels = Wording.ForReports(form.Language);
        ReportConsole page = ReportConsole.On(form.Output, form.IsTerminal, widthInFiles: 80);
        page.Paragraph(before.PartOf("hold") is { } hold
            ? labels.Say("hold.released", ("hold", new HoldSentences(hold, time).What))
            : labels["hold.was-none"]);
        SiteNow.Write(after, page, labels);
    }
}
