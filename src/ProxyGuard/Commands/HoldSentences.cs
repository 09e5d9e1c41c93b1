using System.Text.Json;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Commands;

/// <summary>All that is in force of a hold, as sentences: what, by whom, until when, why, and what members are told.</summary>
/// <param name="hold">As the management API has it.</param>
internal sealed class HoldSentences(JsonElement hold, TerminalTime time)
{
    private readonly Wording _labels = Wording.ForReports(time.Words.Language);

    /// <param name="survivesRestart">Null where ProxyGuard does not say so.</param>
    public IEnumerable<string> All(bool? survivesRestart)
    {
        yield return $"{What} {End}";
        if (hold.TextOf("reason") is { Length: > 0 } reason)
            yield return _labels.Say("hold.reason", ("reason", reason));
        if (hold.PartOf("message") is { ValueKind: JsonValueKind.Object } messages)
        {
            foreach (JsonProperty message in messages.EnumerateObject())
                yield return _labels.Say("hold.message", ("language", message.Name), ("text", message.Value.ToString()));
        }

        if (survivesRestart == false)
            yield return _labels["hold.is-volatile"];
    }

    /// <summary>"Held in maintenance by anna since 18:00 UTC+01:00."</summary>
    public string What => _labels.Say(
        "hold.what", ("mode", SiteNow.Word(_labels, "status.mode", hold.TextOf("mode"))), ("who", hold.TextOf("by") ?? "?"),
        ("time", hold.MomentOf("since") is { } since ? time.At(since) : "?"));

    private string End => hold.MomentOf("endsAt") is { } end
        ? _labels.Say("hold.until", ("time", time.InBothZones(end)), ("amount", time.Between(end)))
        : _labels["hold.without-end"];
}
