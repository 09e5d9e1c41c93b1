using System.Globalization;
using System.Text.RegularExpressions;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>What was written to one database of the primary from some moment on, by its binlog, which holds rows.</summary>
internal sealed partial class PrimaryLog
{
    private readonly DatabaseNode _primary;
    private readonly string _database;
    private LogPosition _from;

    private PrimaryLog(DatabaseNode primary, string database, LogPosition from) => (_primary, _database, _from) = (primary, database, from);

    public static async Task<PrimaryLog> FromNowOnAsync(DatabaseNode primary, string database) =>
        new(primary, database, await primary.HeadAsync());

    /// <summary>Such as <c>insert wp_options</c>, with how often; the next call tells what came since.</summary>
    public async Task<SortedDictionary<string, int>> NextAsync()
    {
        LogPosition head = await _primary.HeadAsync();
        var events = await _primary.QueryAsync(
            string.Create(CultureInfo.InvariantCulture, $"SHOW BINLOG EVENTS IN '{_from.File}' FROM {_from.Offset}"));
        _from = head;
        var tables = new Dictionary<string, string>();
        var changes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (IReadOnlyDictionary<string, string?> entry in events.Where(entry => Before(entry, head)))
        {
            string what = entry["Info"] ?? "";
            if (Map().Match(what) is { Success: true } map)
                tables[map.Groups[1].Value] = map.Groups[2].Value;
            else if (Rows().Match(entry["Event_type"]!) is { Success: true } rows)
                Count($"{Verb(rows.Groups[1].Value)} {tables[Number().Match(what).Groups[1].Value]}", changes);
        }

        return changes;
    }

    public static string Text(IEnumerable<KeyValuePair<string, int>> changes) =>
        string.Join(", ", changes.Select(change => $"{change.Key} ({change.Value})"));

    private void Count(string change, SortedDictionary<string, int> changes)
    {
        if (change.Contains($" {_database}.", StringComparison.Ordinal))
            changes[change.Replace($"{_database}.", "", StringComparison.Ordinal)] =
                changes.GetValueOrDefault(change.Replace($"{_database}.", "", StringComparison.Ordinal)) + 1;
    }

    private static bool Before(IReadOnlyDictionary<string, string?> entry, LogPosition head) =>
        long.Parse(entry["Pos"]!, CultureInfo.InvariantCulture) < head.Offset;

    private static string Verb(string rows) => rows == "Write" ? "insert" : rows.ToLowerInvariant();

    [GeneratedRegex(@"^table_id: (\d+) \((.+)\)$")]
    private static partial Regex Map();

    [GeneratedRegex("^(Write|Update|Delete)(_compressed)?_rows")]
    private static partial Regex Rows();

    [GeneratedRegex(@"^table_id: (\d+)")]
    private static partial Regex Number();
}
