using System.Globalization;
using System.Text.Json;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>A guarded fleet of one kind, and the replica of it that faults are made on.</summary>
internal sealed class RemedyStage : IDisposable
{
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    // Nodes that are not well are examined every ten seconds.
    private static readonly TimeSpan ExaminedWithin = TimeSpan.FromSeconds(15);

    private MySqlConnection? _blocker;

    public RemedyStage(GuardedFleet site)
    {
        Site = site;
        Primary = site.Fleet.Primary;
        Replica = site.Fleet.Replicas[0];
        Administrator = new Administrator(site, Replica);
    }

    public GuardedFleet Site { get; }

    public DatabaseNode Primary { get; }

    public DatabaseNode Replica { get; }

    /// <summary>Who does what the diagnosis says.</summary>
    public Administrator Administrator { get; }

    public ServerWords Words => Replica.Kind.Words;

    /// <param name="option">Without its first word, such as <c>PASSWORD = 'x'</c>.</param>
    public string ChangeSource(string option) =>
        $"{(Words.Source == "Source" ? "CHANGE REPLICATION SOURCE TO" : "CHANGE MASTER TO")} {Words.Source}_{option}";

    /// <summary>Those of the server's own threads that must still be there at the end.</summary>
    public HashSet<string> Threads { get; set; } = [];

    /// <summary>
    /// On the replica alone: nobody below it hears of it. Whoever is allowed to can also take the lock away that a remedy has put on.
    /// </summary>
    public Task UnloggedAsync(string sql) => Replica.ExecuteAsync(HasSuperReadOnly
        ? $"SET SESSION sql_log_bin = 0; SET @was = @@GLOBAL.super_read_only; SET GLOBAL super_read_only = OFF; {sql}; SET GLOBAL super_read_only = @was"
        : $"SET SESSION sql_log_bin = 0; {sql}");

    private bool HasSuperReadOnly => Words.Source == "Source";

    /// <summary>The table that most faults are about, and what ProxyGuard's account needs to tell what an applier works on.</summary>
    public async Task SetAsync()
    {
        await Primary.ExecuteAsync("CREATE TABLE photos.remedy (id INT PRIMARY KEY, n INT NOT NULL, name VARCHAR(50) NOT NULL)");
        await Primary.ExecuteAsync(
            $"INSERT INTO photos.remedy VALUES {string.Join(", ", Enumerable.Range(1, 20).Select(id => $"({id}, {id}, 'photo {id}')"))}");
        // What a foreign key does to rows below is in no binlog: a remedy that forgets them leaves some behind.
        await Primary.ExecuteAsync(
            "CREATE TABLE photos.remedy_notes (id INT PRIMARY KEY, photo INT NOT NULL, CONSTRAINT notes_photo FOREIGN KEY (photo) REFERENCES photos.remedy (id) ON DELETE CASCADE)");
        await Primary.ExecuteAsync("INSERT INTO photos.remedy_notes SELECT id, id FROM photos.remedy");
        await Primary.ExecuteAsync(
            "CREATE TABLE photos.tags (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL, UNIQUE KEY by_name (name)); INSERT INTO photos.tags VALUES (1, 'wood'), (2, 'lake'), (3, 'town')");
        await Primary.ExecuteAsync(
            "CREATE TABLE photos.tagged (id INT PRIMARY KEY, tag INT NOT NULL, CONSTRAINT tagged_tag FOREIGN KEY (tag) REFERENCES photos.tags (id)); INSERT INTO photos.tagged VALUES (1, 1)");
        string guard = $"'{Site.Fleet.Accounts.Guard.Name}'@'127.0.0.1'";
        // REFERENCES lets an account see which tables and keys there are, and read no row: MySQL 8 and later do not say which table an
        // applier looks through.
        await Primary.ExecuteAsync($"GRANT PROCESS ON *.* TO {guard}; GRANT REFERENCES ON photos.* TO {guard}");
        // Parallel appliers tell only there which row it was.
        if (Replica.Kind == ServerKind.MySql97)
            await Primary.ExecuteAsync($"GRANT SELECT ON performance_schema.replication_applier_status_by_worker TO {guard}");
        await CaughtUpAsync();
    }

    /// <summary>Somebody takes what an applier needs, and stays.</summary>
    public async Task BlockAsync(string sql)
    {
        _blocker?.Dispose();
        _blocker = await Replica.ConnectAsync();
        await using var hold = new MySqlCommand(sql, _blocker);
        await hold.ExecuteScalarAsync();
        Administrator.Known["THE_ID"] = string.Create(CultureInfo.InvariantCulture, $"{_blocker.ServerThread}");
    }

    /// <summary>Until the replica's SQL thread has stopped with an error.</summary>
    public Task StoppedAsync() => Eventually.HappensAsync(
        $"the SQL thread of {Replica.Name} has stopped with an error", Deadline,
            async () => await Replica.ReplicaStatusAsync() is { IsApplying: false, SqlErrorNumber: not 0 });

    public Task ShowsIoErrorAsync(int number) => Eventually.HappensAsync(
        $"the IO thread of {Replica.Name} shows error {number}",
        Deadline,
        async () => (await Replica.QueryAsync(Words.Status))[0]["Last_IO_Errno"] == number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Until the status has that in one of its columns.</summary>
    public Task ShowsAsync(string what) => Eventually.HappensAsync(
        $"{Replica.Name} shows {what}",
        Deadline,
        async () =>
            (await Replica.QueryAsync(Words.Status)).SelectMany(row => row.Values)
                .Any(value => value?.Contains(what, StringComparison.OrdinalIgnoreCase) == true),
        () => string.Join("; ",
            Replica.QueryAsync(Words.Status).GetAwaiter().GetResult().SelectMany(row => row)
                .Where(column => column.Key.Contains("Err", StringComparison.Ordinal)).Select(column => $"{column.Key}={column.Value}")));

    /// <summary>The steps of the finding with one of the codes, once it is told.</summary>
    public async Task<IReadOnlyList<ToldStep>> DiagnosedAsync(string code)
    {
        IReadOnlyList<ToldStep>? steps = null;
        string told = "";
        long began = TimeProvider.System.GetTimestamp();
        await Eventually.HappensAsync($"the diagnosis is {code}", Deadline, async () =>
        {
            told = await Site.Management.GetStringAsync("/api/v1/diagnosis?lang=en");
            steps = StepsOf(told, code);
            // The columns of a key are known from the first examination on that was made with the fault.
            bool lacksKey = Names("COLUMN_OF_", "PRIMARY_KEY");
            // Parallel appliers tell which table it was only to the examination that follows a moment later. Which tables foreign keys tie
            // to it, too.
            bool lacksTable = HasSuperReadOnly && (Names("THE_TABLE") || steps?.Any(step => step.Id == "look-at-references") == true);
            return steps is not null && (!(lacksKey || lacksTable) || TimeProvider.System.GetElapsedTime(began) > ExaminedWithin);

            bool Names(params string[] placeholders) =>
                steps?.Any(
                    step => step.Commands.Any(
                        command => placeholders.Any(name => command.Contains(name, StringComparison.Ordinal)))) == true;
        }, () => told);
        return steps!;
    }

    /// <summary>With every server that it follows.</summary>
    public Task CaughtUpAsync() => Eventually.HappensAsync(
        $"{Replica.Name} has caught up",
        Deadline,
        async () => await Replica.QueryAsync(Words.Status) is { Count: > 0 } channels && await AllAsync(channels, HasCaughtUpAsync),
        () => string.Join("; ",
            Replica.QueryAsync(Words.Status).GetAwaiter().GetResult().SelectMany(row => row)
                .Where(
                    column => column.Key.Contains("Err", StringComparison.Ordinal)
                        || column.Key.Contains("Running", StringComparison.Ordinal)).Select(column => $"{column.Key}={column.Value}")
            .Concat(Replica.QueryAsync("SHOW FULL PROCESSLIST").GetAwaiter().GetResult()
                .Select(thread => $"{thread["Id"]} {thread["User"]} {thread["Command"]} {thread["Time"]} {thread["State"]} {thread["Info"]}"))));

    private static async Task<bool> AllAsync<T>(IEnumerable<T> items, Func<T, Task<bool>> isSoAsync)
    {
        foreach (T item in items)
        {
            if (!await isSoAsync(item))
                return false;
        }

        return true;
    }

    private async Task<bool> HasCaughtUpAsync(IReadOnlyDictionary<string, string?> channel)
    {
        DatabaseNode source = Site.Fleet.Nodes.Single(
            node => channel[$"{Words.Source}_Port"] == node.Port.ToString(CultureInfo.InvariantCulture));
        var executed = new LogPosition(
            channel[$"Relay_{Words.Source}_Log_File"] ?? "",
            long.Parse(channel[$"Exec_{Words.Source}_Log_Pos"]!, CultureInfo.InvariantCulture));
        return channel[$"{Words.Replica}_IO_Running"] == "Yes" && channel[$"{Words.Replica}_SQL_Running"] == "Yes"
            && executed >= await source.HeadAsync();
    }

    /// <summary>Of all tables, views, triggers and routines of the site, whichever the fault was about.</summary>
    public async Task SameDataAsync()
    {
        Assert.Equal(await ChecksumsAsync(Primary), await ChecksumsAsync(Replica));
    }

    /// <summary>Until no error is told, nor what it was.</summary>
    public Task NothingLeftAsync(string code)
    {
        string told = "";
        return Eventually.HappensAsync("no error is left", Deadline, async () =>
        {
            using JsonDocument json = JsonDocument.Parse(told = await Site.Management.GetStringAsync("/api/v1/diagnosis?lang=en"));
            return json.RootElement.GetProperty("errorCount").GetInt32() == 0 && StepsOf(told, code) is null;
        }, () => told);
    }

    public void Dispose()
    {
        _blocker?.Dispose();
        Administrator.Dispose();
    }

    private static IReadOnlyList<ToldStep>? StepsOf(string told, string code)
    {
        using JsonDocument json = JsonDocument.Parse(told);
        foreach (
            JsonElement check in json.RootElement.GetProperty("checksPerformed").EnumerateArray()
                .Where(check => check.GetProperty("id").GetString() == code))
        {
            foreach (JsonElement problem in check.GetProperty("detectedProblems").EnumerateArray())
                return [.. problem.GetProperty("solutions").EnumerateArray().Select(StepOf)];
        }

        return null;
    }

    private static ToldStep StepOf(JsonElement step) => new(
        step.GetProperty("id").GetString()!,
        step.GetProperty("on").GetString()!,
        step.GetProperty("confidence").GetString()!,
        [.. step.GetProperty("commands").EnumerateArray().Select(command => command.GetString()!)]);

    private static async Task<string> ChecksumsAsync(DatabaseNode node)
    {
        var sums = new List<string>();
        // The notes are of the second server that some replicas follow.
        const string OfTheSite = "NOT IN ('mysql', 'information_schema', 'performance_schema', 'sys', 'notes')";
        foreach (
            IReadOnlyDictionary<string,
            string?> table in await node.QueryAsync(
                $"SELECT CONCAT('`', TABLE_SCHEMA, '`.`', TABLE_NAME, '`') AS name FROM information_schema.TABLES WHERE TABLE_TYPE = 'BASE TABLE' AND TABLE_SCHEMA {OfTheSite} ORDER BY 1"))
        {
            IReadOnlyDictionary<string, string?> sum = (await node.QueryAsync($"CHECKSUM TABLE {table["name"]}"))[0];
            sums.Add(string.Create(CultureInfo.InvariantCulture, $"{sum["Table"]} {sum["Checksum"]}"));
        }

        foreach (string others in (string[])[$"SELECT TABLE_NAME AS name FROM information_schema.VIEWS WHERE TABLE_SCHEMA {OfTheSite} ORDER BY 1",
            $"SELECT TRIGGER_NAME AS name FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA {OfTheSite} ORDER BY 1",
            $"SELECT ROUTINE_NAME AS name FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA {OfTheSite} ORDER BY 1"])
            sums.AddRange((await node.QueryAsync(others)).Select(row => row["name"]!));

        return string.Join(", ", sums);
    }
}
