using System.Text.Json;

namespace ProxyGuard.Ground.Texts;

/// <summary>What is not known is null, never 0.</summary>
internal static class JsonValues
{
    /// <param name="digits">Behind the point, at most.</param>
    public static void WriteNumberOrNull(this Utf8JsonWriter json, string name, double? value, int digits)
    {
        if (value is { } number)
            json.WriteNumber(name, Math.Round((decimal)number, digits));
        else
            json.WriteNull(name);
    }

    public static void WriteTruthOrNull(this Utf8JsonWriter json, string name, bool? value)
    {
        if (value is { } known)
            json.WriteBoolean(name, known);
        else
            json.WriteNull(name);
    }
}
