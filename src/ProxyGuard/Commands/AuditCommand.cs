using System.CommandLine;
using System.Text.Json;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll audit</c>: who changed what, and when.</summary>
internal static class AuditCommand
{
    private const int NotKnown = 2;

    public static Command Create()
    {
        var options = new ManagementOptions();
        var last = new Option<int>("--last")
        {
            Description = $"How many changes, the newest last; at most {AuditApi.Most}.",
            DefaultValueFactory = _ => 20,
        };
        last.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > AuditApi.Most)
                result.AddError($"--last must be a number from 1 to {AuditApi.Most}.");
        });
        var audit = new Command(
            "audit", "Lists who changed mode or hold, when and why, ProxyGuard itself included. Exit code 0: told, 2: it could not be asked.")
        {
            last, CommonOptions.Language, CommonOptions.Output,
        };
        options.AddTo(audit);
        audit.SetAction((arguments, stop) => RunAsync(
            arguments.GetValue(last), options.Of(arguments), CommonOptions.FormOf(arguments), Console.Error, stop));
        return audit;
    }

    /// <returns>0: the changes are listed; 2: ProxyGuard could not be asked, and why is said.</returns>
    public static async Task<int> RunAsync(int last, ManagementAccess access, ReportForm form, TextWriter errors, CancellationToken stop)
    {
        using var client = new ManagementClient(access);
        string? failure = client.TakeKey(errors);
        JsonElement? answer = null;
        if (failure is null)
            (answer, failure) = await client.GetAsync($"/api/v1/audit?last={last}", stop).ConfigureAwait(false);
        if (answer is not { } audit)
        {
            await errors.WriteLineAsync(failure).ConfigureAwait(false);
            return NotKnown;
        }

        Write(audit, form, new TerminalTime(Wording.For(form.Language), TimeZoneInfo.Local, DateTimeOffset.UtcNow));
        return 0;
    }

    public static void Write(JsonElement audit, ReportForm form, TerminalTime time)
    {
        if (form.IsJson)
        {
            form.Output.WriteLine(audit.ToText());
            return;
        }

        ReportConsole page = ReportConsole.On(form.Output, form.IsTerminal, widthInFiles: 80);
        JsonElement[] changes = [.. audit.ItemsOf("changes")];
        if (changes.Length == 0)
            page.Paragraph(Wording.ForReports(form.Language)["audit.none"]);
        foreach (JsonElement change in changes)
        {
            string when = change.MomentOf("at") is { } at ? time.Exactly(at) : "?";
            page.Paragraph($"{when}  {change.TextOf("who")}: {change.TextOf("from")} -> {change.TextOf("to")}");
            if (change.TextOf("why") is { Length: > 0 } why)
                page.Paragraph(why, 4);
        }
    }
}
