using System.Collections.Immutable;
using System.Data.Common;
using System.Globalization;
using System.Text;

namespace ProxyGuard.Seeing.Probing;

/// <summary>
/// Where one statement's columns stand: their order and case differ between versions, and their names between vocabularies. Within one
/// connection a statement answers in the same shape every time, so that this is found out once and not at every tick.
/// </summary>
internal sealed class StatusColumns
{
    private readonly Dictionary<string, int> _indexes = new(StringComparer.OrdinalIgnoreCase);

    public StatusColumns(DbDataReader reader)
    {
        Count = reader.FieldCount;
        for (int index = 0; index < Count; index++)
            _indexes.TryAdd(reader.GetName(index), index);
        Filters = [.. _indexes.Keys.Where(IsFilter).OrderBy(name => _indexes[name])];
    }

    public int Count { get; }

    /// <summary>The names of the columns that tell what is left out: Replicate_Do_DB, Binlog_Do_DB and their like.</summary>
    public ImmutableArray<string> Filters { get; }

    /// <summary>-1 when there is no such column.</summary>
    public int IndexOf(string name) => _indexes.GetValueOrDefault(name, -1);

    private static bool IsFilter(string name) =>
        name.StartsWith("Replicate_", StringComparison.OrdinalIgnoreCase) || name.StartsWith("Binlog_", StringComparison.OrdinalIgnoreCase)
            && name.EndsWith("_DB", StringComparison.OrdinalIgnoreCase);
}

/// <summary>The row on which a reader stands, read by name. Valid until the reader moves on.</summary>
internal readonly struct StatusRow(DbDataReader reader, StatusColumns columns)
{
    public ImmutableArray<string> Filters => columns.Filters;

    /// <summary>What the first column says, where its name is not known beforehand; null when it is NULL.</summary>
    public string? First => reader.IsDBNull(0) ? null : Convert.ToString(reader.GetValue(0), CultureInfo.InvariantCulture);

    /// <summary>Whether the server has such a column at all.</summary>
    public bool Has(string name) => columns.IndexOf(name) >= 0;

    /// <summary>The first of the names that the row has; null when it has none of them, or NULL.</summary>
    public string? Text(params ReadOnlySpan<string> names) => ValueOf(names) switch
    {
        null => null,
        string text => text,
        byte[] bytes => Encoding.UTF8.GetString(bytes),
        object value => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>As <see cref="Text"/>; null also for what is empty: most columns say nothing in this way.</summary>
    public string? TextOrNull(params ReadOnlySpan<string> names) => Text(names) is { Length: > 0 } text ? text : null;

    /// <summary>Null also for what is no number, or is none that fits.</summary>
    public long? Number(params ReadOnlySpan<string> names) => ValueOf(names) switch
    {
        null => null,
        int number => number,
        uint number => number,
        long number => number,
        ulong number => number <= long.MaxValue ? (long)number : null,
        bool truth => truth ? 1 : 0,
        object value =>
            long.TryParse(
                Convert.ToString(value, CultureInfo.InvariantCulture), NumberStyles.Integer, CultureInfo.InvariantCulture, out long number)
                ? number
                : null,
    };

    /// <summary>A system variable that is 1 or ON; null when the row does not say, or says another word.</summary>
    public bool? Switch(string name) => Switched(Text(name));

    /// <summary>The same of a value that stands in a row of its own.</summary>
    public static bool? Switched(string? value) => value?.ToUpperInvariant() switch
    {
        "1" or "ON" => true,
        "0" or "OFF" => false,
        _ => null,
    };

    private object? ValueOf(ReadOnlySpan<string> names)
    {
        foreach (string name in names)
        {
            if (columns.IndexOf(name) is >= 0 and int index)
                return reader.IsDBNull(index) ? null : reader.GetValue(index);
        }

        return null;
    }
}
