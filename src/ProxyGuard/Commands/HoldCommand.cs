using System.CommandLine;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Commands;

/// <summary>What an operator wants to be in force. What is null stays as it is.</summary>
/// <param name="Message">By language; empty: as it is.</param>
/// <param name="End">Null: as it is, unless <paramref name="HasNoEnd"/>.</param>
internal sealed record WantedHold(
    string Mode, string? Reason, IReadOnlyDictionary<string, string> Message, DateTimeOffset? End, bool HasNoEnd)
{
    /// <summary>The body of <c>PUT /api/v1/maintenance</c>.</summary>
    public byte[] ToJson()
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("mode", Mode);
            if (Reason is not null)
                json.WriteString("reason", Reason);
            if (Message.Count > 0)
            {
                json.WriteStartObject("message");
                foreach ((string language, string text) in Message)
                    json.WriteString(language, text);
                json.WriteEndObject();
            }

            if (HasNoEnd)
                json.WriteNull("endsAt");
            else if (End is { } end)
                json.WriteString("endsAt", PublicNames.Of(end));
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

/// <summary><c>ProxyGuard.dll hold</c>: holds the site, and says all that is in force then.</summary>
internal static class HoldCommand
{
    private const int NotDurable = 1;
    private const int NotDone = 2;
    private const string Maintenance = "/api/v1/maintenance";

    private static readonly Argument<string> Mode = Modes();
    private static readonly Option<string?> Reason =
        new("--reason") { Description = "Why, for other operators and the audit file; members do not see it." };

    private static readonly Option<string[]> Message = Messages();
    private static readonly Option<string?> Until = new("--until")
    {
        Description = $"When it ends by itself, in this terminal's time: {HoldEnd.AllowedUntil}. A time of day is the next one within twelve hours, or today's.",
    };

    private static readonly Option<string?> For = new("--for") { Description = $"How long from now on: {HoldEnd.AllowedFor}." };

    public static Command Create()
    {
        var options = new ManagementOptions();
        var hold = new Command(
            "hold",
            "Holds the site, whatever the probes say, until its end or until release. What you do not name stays as it is. "
            + "Exit code 0: done, 1: done but it would not survive a restart, 2: not done.")
        {
            Mode, Reason, Message, Until, For, CommonOptions.Language,
        };
        options.AddTo(hold);
        hold.Validators.Add(result =>
        {
            if (result.GetValue(Until) is not null && result.GetValue(For) is not null)
                result.AddError("--until and --for say the same; give one of them.");
        });
        hold.SetAction((arguments, stop) =>
        {
            (WantedHold? wanted, string? error) = Wanted(arguments, DateTimeOffset.UtcNow, TimeZoneInfo.Local);
            return wanted is null
                ? FailAsync(Console.Error, error!)
                : RunAsync(wanted, options.Of(arguments), CommonOptions.FormOf(arguments), Console.Error, stop);
        });
        return hold;
    }

    /// <returns>0: it is in force; 1: it is, but would not survive a restart; 2: nothing was changed, and why is said.</returns>
    public static async Task<int> RunAsync(
        WantedHold wanted, ManagementAccess access, ReportForm form, TextWriter errors, CancellationToken stop)
    {
        using var client = new ManagementClient(access);
        if (client.TakeKey(errors) is { } refusal)
            return await FailAsync(errors, refusal).ConfigureAwait(false);
        (JsonElement? before, string? unseen) = await client.GetAsync(Maintenance, stop).ConfigureAwait(false);
        if (before is null)
            return await FailAsync(errors, unseen!).ConfigureAwait(false);
        (JsonElement? after, string? failure) =
            await client.AskAsync(HttpMethod.Put, Maintenance, wanted.ToJson(), stop).ConfigureAwait(false);
        if (after is not { } now)
            return await FailAsync(errors, failure!).ConfigureAwait(false);

        var time = new TerminalTime(Wording.For(form.Language), TimeZoneInfo.Local, DateTimeOffset.UtcNow);
        Write(before.Value, now, wanted, form, time);
        return now.TruthOf("survivesRestart") == false ? NotDurable : 0;
    }

    /// <summary>All that is in force, and what of it was there before.</summary>
    public static void Write(JsonElement before, JsonElement after, WantedHold wanted, ReportForm form, TerminalTime time)
    {
        Wording labels = Wording.ForReports(form.Language);
        ReportConsole page = ReportConsole.On(form.Output, form.IsTerminal, widthInFiles: 80);
        if (after.PartOf("hold") is not { } hold)
            return;
        foreach (string sentence in new HoldSentences(hold, time).All(after.TruthOf("survivesRestart")))
            page.Paragraph(sentence);
        if (before.PartOf("hold") is { } old && KeptOf(old, wanted, labels) is { Length: > 0 } kept)
            page.Paragraph(labels.Say("hold.kept", ("what", string.Join(", ", kept)), ("who", old.TextOf("by") ?? "?")));
        SiteNow.Write(after, page, labels);
    }

    private static string[] KeptOf(JsonElement old, WantedHold wanted, Wording labels) =>
    [
        .. new (bool IsKept, string Name)[]
        {
            (wanted.Reason is null && old.TextOf("reason") is { Length: > 0 }, "reason"),
            (wanted.Message.Count == 0 && old.PartOf("message")?.ToString() is { Length: > 2 }, "message"),
            (wanted is { End: null, HasNoEnd: false } && old.TextOf("endsAt") is not null, "end"),
        }.Where(part => part.IsKept).Select(part => labels[$"hold.kept.{part.Name}"]),
    ];

    private static (WantedHold? Wanted, string? Error) Wanted(ParseResult arguments, DateTimeOffset now, TimeZoneInfo zone)
    {
        string? until = arguments.GetValue(Until);
        (DateTimeOffset? end, string? error) = (until, arguments.GetValue(For)) switch
        {
            (null or "never", null) => (null, null),
            ({ } text, _) => HoldEnd.Until(text, now, zone),
            (_, { } text) => HoldEnd.For(text, now),
        };
        var message = (arguments.GetValue(Message) ?? []).Select(text => text.Split('=', 2))
            .GroupBy(text => text[0]).ToDictionary(text => text.Key, text => text.Last()[1]);
        return error is null
            ? (new WantedHold(arguments.GetValue(Mode)!, arguments.GetValue(Reason), message, end, HasNoEnd: until == "never"), null)
            : (null, error);
    }

    private static Argument<string> Modes()
    {
        var mode = new Argument<string>("MODE")
        {
            Description = "read-only: members read, writes are refused; maintenance: no member gets in; open: writes go through whatever the probes say.",
        };
        mode.AcceptOnlyFromAmong([.. Enum.GetValues<HoldMode>().Select(PublicNames.Of)]);
        return mode;
    }

    private static Option<string[]> Messages()
    {
        var message = new Option<string[]>("--message")
        {
            Description = "What members read, by language: --message de=\"Zurück um acht.\" --message en=\"Back at eight.\"",
            Arity = ArgumentArity.ZeroOrMore,
        };
        message.Validators.Add(result =>
        {
            foreach (string text in result.Tokens.Select(token => token.Value).Where(text => !text.Contains('=') || text[0] == '='))
                result.AddError($"--message is {text} but must begin with its language, such as en={text}.");
        });
        return message;
    }

    private static async Task<int> FailAsync(TextWriter errors, string why)
    {
        await errors.WriteLineAsync(why).ConfigureAwait(false);
        return NotDone;
    }
}
