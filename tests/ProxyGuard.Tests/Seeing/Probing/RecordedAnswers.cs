using System.Collections.Immutable;
using System.Data;
using System.Text.Json;
using System.Text.Json.Nodes;
using ProxyGuard.Core.Replication;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Tests.Conventions;

namespace ProxyGuard.Tests.Seeing.Probing;

/// <summary>
/// What a server of one kind said in one situation, from <c>Answers/KIND/SITUATION.json</c>. Statements that are not in the file it answers
/// with a syntax error.
/// </summary>
internal sealed class RecordedAnswers
{
    private static readonly string[] Folder = ["tests", "ProxyGuard.Tests", "Seeing", "Probing", "Answers"];

    private const string Select = "SELECT ";

    private readonly JsonObject _statements;

    private RecordedAnswers(JsonObject json)
    {
        Source = (string)json["source"]!;
        Version = ServerVersion.Parse((string)json["server"]!);
        _statements = json["statements"]!.AsObject();
        Dialect = Spoken(Dialect.For(Version));
    }

    public string Source { get; }

    public ServerVersion Version { get; }

    public Dialect Dialect { get; }

    public ServerId Server => ReplicationRows.Server(Settings);

    public bool? ReadOnly => Settings.Switch("read_only");

    public bool? SuperReadOnly => Settings.Switch("super_read_only");

    public BinlogPosition? Head => Read<BinlogPosition?>(Dialect.Head, row => ReplicationRows.Head(row)?.Position).FirstOrDefault();

    public ImmutableArray<ReplicationStatus> Channels =>
        [.. Read(Dialect.ReplicationStatus, ReplicationRows.Channel).OfType<ReplicationStatus>()];

    /// <param name="name">Such as "mysql-5.7/two channels".</param>
    public static RecordedAnswers Of(string name) => new(Repository.ReadJson([.. Folder, .. $"{name}.json".Split('/')]));

    public static IEnumerable<string> Names()
    {
        string folder = Repository.PathOf(Folder);
        return Directory.EnumerateFiles(folder, "*.json", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, Path.ChangeExtension(file, null)).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);
    }

    /// <summary>A row as a status statement gives it.</summary>
    public static StatusRow Row(IReadOnlyDictionary<string, string?> columns)
    {
        DataTableReader reader = Table([JsonSerializer.SerializeToNode(columns)!.AsObject()]).CreateDataReader();
        reader.Read();
        return new StatusRow(reader, new StatusColumns(reader));
    }

    private Dialect Spoken(Dialect dialect)
    {
        // The variables of what is passed on were not recorded.
        while (dialect.Tick.FirstOrDefault(statement => statement != dialect.Passing && !IsKnown(statement)) is { } unknown)
            dialect = dialect.Without(unknown) ?? throw new InvalidOperationException($"the file has no form of {unknown}");
        return dialect;
    }

    private bool IsKnown(string statement) => Parts(statement).All(_statements.ContainsKey);

    /// <summary>Every setting was recorded by itself; a server answers them in one row.</summary>
    private StatusRow Settings => Row(Parts(Dialect.Settings)
        .SelectMany(part => _statements[part]![0]!.AsObject())
        .ToDictionary(column => column.Key, column => column.Value?.ToString()));

    private static IEnumerable<string> Parts(string statement) =>
        statement.StartsWith(Select, StringComparison.Ordinal)
            ? statement[Select.Length..].Split(", ").Select(setting => Select + setting)
            : [statement];

    private List<T> Read<T>(string statement, Func<StatusRow, T> read)
    {
        DataTableReader reader = Table(_statements[statement]!.AsArray().Select(row => row!.AsObject())).CreateDataReader();
        var columns = new StatusColumns(reader);
        var found = new List<T>();
        while (reader.Read())
            found.Add(read(new StatusRow(reader, columns)));
        return found;
    }

    private static DataTable Table(IEnumerable<JsonObject> rows)
    {
        var table = new DataTable();
        foreach (JsonObject row in rows)
        {
            foreach ((string name, _) in row)
            {
                if (!table.Columns.Contains(name))
                    table.Columns.Add(name, typeof(string));
            }

            table.Rows.Add(
                [.. table.Columns.Cast<DataColumn>().Select(column => (object?)row[column.ColumnName]?.ToString() ?? DBNull.Value)]);
        }

        return table;
    }
}
