using System.Buffers;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Telling.Status;

/// <summary>The form of status.json, which is also the data of each event. Absent knowledge is null, never 0.</summary>
internal static class StatusJson
{
    public static byte[] Render(StatusDocument status)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
            Write(json, status);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, StatusDocument status)
    {
        json.WriteStartObject();
        json.WriteString("site", status.Site);
        WriteFacts(json, status);
        json.WriteStartObject("message");
        foreach ((string language, string text) in status.Message)
            json.WriteString(language, text);
        json.WriteEndObject();
        json.WriteNumberOrNull("retryAfterSeconds", status.RetryAfter?.TotalSeconds, digits: 0);
        json.WriteNumber("revision", status.Revision);
        json.WriteString("at", PublicNames.Of(status.At));
        json.WriteEndObject();
    }

    /// <summary>What is known, as members of an object: wherever one of them is told, all are, by these names.</summary>
    public static void WriteFacts(Utf8JsonWriter json, StatusDocument status)
    {
        json.WriteString("mode", PublicNames.Of(status.Mode));
        json.WriteString("cause", status.Cause is { } cause ? PublicNames.Of(cause) : null);
        json.WriteString("observedCause", status.Observed is { } observed ? PublicNames.Of(observed) : null);
        json.WriteTruthOrNull("canRead", status.CanRead);
        json.WriteTruthOrNull("canPost", status.CanPost);
        json.WriteString("since", status.Since is { } since ? PublicNames.Of(since) : null);
        json.WriteTruthOrNull("isCurrent", status.Currency);
        json.WriteString("asOf", status.AsOf is { } asOf ? PublicNames.Of(asOf) : null);
        json.WriteString("endsAt", status.End is { } end ? PublicNames.Of(end) : null);
        WriteCatchUp(json, status.CatchUp);
    }

    private static void WriteCatchUp(Utf8JsonWriter json, CatchUp? catchUp)
    {
        if (catchUp is null)
        {
            json.WriteNull("catchUp");
            return;
        }

        json.WriteStartObject("catchUp");
        json.WriteString("state", PublicNames.Of(catchUp.State));
        json.WriteNumberOrNull("percent", catchUp.Percent, digits: 1);
        json.WriteNumberOrNull("behindSeconds", catchUp.Behind?.TotalSeconds, digits: 1);
        json.WriteNumberOrNull("queueBytes", catchUp.QueueBytes, digits: 0);
        json.WriteNumberOrNull("bytesPerSecond", catchUp.BytesPerSecond, digits: 0);
        if (catchUp.Remaining is { } remaining)
        {
            json.WriteStartObject("remainingSeconds");
            json.WriteNumberOrNull("low", remaining.Low.TotalSeconds, digits: 0);
            json.WriteNumberOrNull("likely", remaining.Likely.TotalSeconds, digits: 0);
            json.WriteNumberOrNull("high", remaining.High.TotalSeconds, digits: 0);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("remainingSeconds");
        }

        json.WriteEndObject();
    }
}
