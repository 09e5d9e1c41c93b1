using System.Buffers;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;

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
        WriteNumber(json, "retryAfterSeconds", status.RetryAfter?.TotalSeconds, digits: 0);
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
        WriteTruth(json, "canRead", status.CanRead);
        WriteTruth(json, "canPost", status.CanPost);
        json.WriteString("since", status.Since is { } since ? PublicNames.Of(since) : null);
        WriteTruth(json, "isCurrent", status.Currency);
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
        WriteNumber(json, "percent", catchUp.Percent, digits: 1);
        WriteNumber(json, "behindSeconds", catchUp.Behind?.TotalSeconds, digits: 1);
        WriteNumber(json, "queueBytes", catchUp.QueueBytes, digits: 0);
        WriteNumber(json, "bytesPerSecond", catchUp.BytesPerSecond, digits: 0);
        if (catchUp.Remaining is { } remaining)
        {
            json.WriteStartObject("remainingSeconds");
            WriteNumber(json, "low", remaining.Low.TotalSeconds, digits: 0);
            WriteNumber(json, "likely", remaining.Likely.TotalSeconds, digits: 0);
            WriteNumber(json, "high", remaining.High.TotalSeconds, digits: 0);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNull("remainingSeconds");
        }

        json.WriteEndObject();
    }

    private static void WriteTruth(Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
            json.WriteBoolean(name, known);
        else
            json.WriteNull(name);
    }

    private static void WriteNumber(Utf8JsonWriter json, string name, double? value, int digits)
    {
        if (value is { } number)
            json.WriteNumber(name, Math.Round((decimal)number, digits));
        else
            json.WriteNull(name);
    }
}
