using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Telling.Admin;

/// <summary>The mode, why, and the hold that is in force.</summary>
internal sealed class HoldReport(GuardBoard board, GuardState state, TrafficCounts traffic, StatusFeed feed)
{
    public void Write(Utf8JsonWriter json)
    {
        GuardView view = board.View;
        StatusJson.WriteFacts(json, feed.Edition(view).Document);
        // Those that were let through before the site was closed; at zero no member writes any more.
        json.WriteNumber("inFlightWrites", traffic.InFlight);
        // As it was called before; goes with the next version.
        json.WriteNumber("writesUnderWay", traffic.InFlight);
        WriteStorage(json, state);
        if (view.Hold is not { } hold)
        {
            json.WriteNull("hold");
            return;
        }

        json.WriteStartObject("hold");
        json.WriteString("mode", PublicNames.Of(hold.Mode));
        json.WriteString("reason", hold.Reason);
        json.WriteStartObject("message");
        foreach ((string language, string text) in hold.Message)
            json.WriteString(language, text);
        json.WriteEndObject();
        json.WriteString("by", hold.By);
        json.WriteString("since", PublicNames.Of(hold.Since));
        json.WriteString("endsAt", hold.EndsAt is { } end ? PublicNames.Of(end) : null);
        json.WriteEndObject();
    }

    /// <summary>Whether what an operator decided last, a hold or its release, survives a restart; and if not, why.</summary>
    public static void WriteStorage(Utf8JsonWriter json, GuardState state)
    {
        json.WriteBoolean("survivesRestart", state.StorageFault is null);
        if (state.StorageFault is { } why)
            json.WriteString("storageFault", $"It could not be stored and would be lost with a restart; it is tried again every 10 s: {why}");
    }
}
