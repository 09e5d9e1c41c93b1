using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Tests.Replication;

/// <summary>What the writers do while the replica is on its way back.</summary>
internal enum WritersOnTheWay
{
    /// <summary>Nothing: a site that refuses writes until a replica is fresh.</summary>
    HeldBack,

    /// <summary>They write to the end, slower than the replica applies.</summary>
    Steady,

    ComingAndGoing,

    /// <summary>They write for a while, and are then held back: nobody refused before the replica was known to be late.</summary>
    HeldBackLater,
}

/// <summary>One sample of a recording; <paramref name="At"/> is in seconds from the recording's start.</summary>
/// <param name="Fetched">Null where it was not recorded.</param>
/// <param name="SecondsBehind">Seconds_Behind_Master; null when NULL.</param>
/// <param name="Writing">Whether the writers were told to write; null where it was not recorded.</param>
internal sealed record RecordedRow(
    double At, BinlogPosition Head, BinlogPosition Executed, BinlogPosition? Fetched, bool IsApplying, double? SecondsBehind,
        bool? Writing);

/// <summary>A real replica that stood still, and then caught up.</summary>
internal sealed record CatchUpRecording
{
    private static readonly string[] Columns =
    [
        "milliseconds", "head file", "head", "executed file", "executed", "fetched file", "fetched", "applies", "Seconds_Behind_Master",
        "writers write",
    ];

    public required string Name { get; init; }

    /// <summary>As the server reported its version.</summary>
    public required string Server { get; init; }

    public required string What { get; init; }

    public required WritersOnTheWay Writers { get; init; }

    /// <summary>
    /// Whether other programs competed with the replica for processors: its rate then says as much about them as about the backlog.
    /// </summary>
    public required bool IsDisturbed { get; init; }

    /// <summary>
    /// Whether the replica's settings were changed on the way so that it went faster: that cannot be foreseen, and is not judged.
    /// </summary>
    public bool IsHelped => Name.EndsWith("-helped", StringComparison.Ordinal);

    /// <summary>The source's binlog files with their final sizes.</summary>
    public required IReadOnlyList<BinlogPosition> Logs { get; init; }

    public required IReadOnlyList<RecordedRow> Rows { get; init; }

    /// <summary>When the replica began to apply; the samples before it show the backlog growing.</summary>
    public double Restart => Rows.First(row => row.IsApplying).At;

    /// <summary>
    /// The first sample on the catch-up at which the replica had executed all that the sample before had seen of its source.
    /// </summary>
    public double End =>
        Rows.Zip(Rows.Skip(1)).First(
            pair => pair.Second.At > Restart && pair.Second.IsApplying && pair.Second.Executed >= pair.First.Head).Second.At;

    public string ToJson()
    {
        var head = new JsonObject
        {
            ["server"] = Server,
            ["what"] = What,
            ["writers"] = Writers.ToString(),
            ["disturbed"] = IsDisturbed,
            ["logs"] = new JsonArray([.. Logs.Select(log => new JsonArray(log.File, log.Offset))]),
            ["columns"] = new JsonArray([.. Columns.Select(column => JsonValue.Create(column))]),
        };
        var text = new StringBuilder(head.ToJsonString()[..^1]).Append(",\"rows\":[\n");
        text.AppendJoin(",\n", Rows.Select(Line));
        return text.Append("\n]}\n").ToString();
    }

    public static CatchUpRecording Read(string path)
    {
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(path));
        JsonElement root = document.RootElement;
        string name = Path.GetFileNameWithoutExtension(path);
        if (root.ValueKind == JsonValueKind.Array)
            return ReadOlder(name, root);

        string log = root.GetProperty("logs")[0][0].GetString()!;
        log = log[..log.LastIndexOf('.')];
        return new CatchUpRecording
        {
            Name = name,
            Server = root.GetProperty("server").GetString()!,
            What = root.GetProperty("what").GetString()!,
            Writers = Enum.Parse<WritersOnTheWay>(root.GetProperty("writers").GetString()!),
            IsDisturbed = root.GetProperty("disturbed").GetBoolean(),
            Logs = [.. root.GetProperty("logs").EnumerateArray().Select(file => Position(file[0].GetString()!, file[1]))],
            Rows = [.. root.GetProperty("rows").EnumerateArray().Select(row => RowOf(row, log))],
        };
    }

    private static RecordedRow RowOf(JsonElement row, string log) => new(
        row[0].GetDouble() / 1000,
        Position(log, row[1], row[2]),
        Position(log, row[3], row[4]),
        Position(log, row[5], row[6]),
        row[7].GetInt32() == 1,
        row[8].ValueKind == JsonValueKind.Null ? null : row[8].GetDouble(),
        row[9].GetInt32() == 1);

    // Rows without names: seconds, head's file and offset, executed file and offset, Slave_SQL_Running, Seconds_Behind_Master or "NULL".
    private static CatchUpRecording ReadOlder(string name, JsonElement rows)
    {
        RecordedRow[] read = [.. rows.EnumerateArray().Select(row => new RecordedRow(
            row[0].GetDouble(),
            Position(row[1].GetString()!, row[2]),
            Position(row[3].GetString()!, row[4]),
            null,
            row[5].GetString() == "Yes",
            double.TryParse(row[6].GetString(), CultureInfo.InvariantCulture, out double behind) ? behind : null,
            null))];
        return new CatchUpRecording
        {
            Name = name,
            Server = name,
            What = "",
            Writers = name.EndsWith("held-back", StringComparison.Ordinal) ? WritersOnTheWay.HeldBack : WritersOnTheWay.ComingAndGoing,
            IsDisturbed = false,
            Logs = [read[^1].Head],
            Rows = read,
        };
    }

    private static string Line(RecordedRow row) => string.Create(
        CultureInfo.InvariantCulture,
        $"[{row.At * 1000:0},{Place(row.Head)},{Place(row.Executed)},{Place(row.Fetched!.Value)},{(row.IsApplying ? 1 : 0)},{row.SecondsBehind?.ToString(CultureInfo.InvariantCulture) ?? "null"},{(row.Writing == true ? 1 : 0)}]");

    private static string Place(BinlogPosition position) =>
        string.Create(CultureInfo.InvariantCulture, $"{position.Sequence},{position.Offset}");

    private static BinlogPosition Position(string file, JsonElement offset) => BinlogPosition.TryParse(file, offset.GetInt64())!.Value;

    private static BinlogPosition Position(string log, JsonElement sequence, JsonElement offset) =>
        Position($"{log}.{sequence.GetInt64()}", offset);
}
