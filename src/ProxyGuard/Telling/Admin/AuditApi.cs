using System.Globalization;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Storage;

namespace ProxyGuard.Telling.Admin;

/// <summary>
/// GET /api/v1/audit?last=N: the newest changes of mode and hold, the newest last. The file itself is ProxyGuard's own to read.
/// </summary>
internal sealed class AuditApi(AuditFile file)
{
    /// <summary>Changes that one answer has at most.</summary>
    public const int Most = 1000;

    private const int Usual = 20;

    public Task GetAsync(HttpContext context)
    {
        string asked = context.Request.Query["last"].ToString();
        int last = Usual;
        bool isNumber = asked.Length == 0 || int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out last);
        if (!isNumber || last is < 1 or > Most)
            return AdminJson.ProblemAsync(context, StatusCodes.Status400BadRequest, $"last must be a number from 1 to {Most}.");

        try
        {
            IReadOnlyList<AuditLine> lines = file.Last(last);
            return AdminJson.WriteAsync(context, StatusCodes.Status200OK, json => Write(json, lines));
        }
        catch (IOException e)
        {
            return AdminJson.ProblemAsync(
                context, StatusCodes.Status500InternalServerError, $"The audit file could not be read: {e.Message}");
        }
    }

    private static void Write(Utf8JsonWriter json, IReadOnlyList<AuditLine> lines)
    {
        json.WriteStartArray("changes");
        foreach (AuditLine line in lines)
        {
            json.WriteStartObject();
            json.WriteString("at", PublicNames.Of(line.At));
            json.WriteString("who", line.Who);
            json.WriteString("from", line.From);
            json.WriteString("to", line.To);
            json.WriteString("why", line.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
