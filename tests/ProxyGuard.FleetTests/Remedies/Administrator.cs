using System.Diagnostics;
using System.Globalization;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>A step as the management API tells it.</summary>
internal sealed record ToldStep(string Id, string On, string Confidence, IReadOnlyList<string> Commands);

/// <summary>Does what the diagnosis says, to the letter, and fills in what a person would look up or knows.</summary>
internal sealed class Administrator : IDisposable
{
    // The site's backup host does not exist here, and the physical ways need a second program or a second account: each replaces one that
    // is run.
    private static readonly HashSet<string> NotRun =
        ["backup", "backup-of-unknown-size", "rebuild-physically", "rebuild-by-clone", "try-to-connect", "look-at-disk"];

    private readonly string _home = Directory.CreateTempSubdirectory("proxyguard-admin-").FullName;

    private readonly GuardedFleet _site;
    private readonly DatabaseNode _replica;

    public Administrator(GuardedFleet site, DatabaseNode replica)
    {
        _site = site;
        _replica = replica;
        // What a person looks up or knows.
        Known = new()
        {
            ["COLUMN_OF_PRIMARY"] = "id",
            ["COLUMN_OF_BY_NAME"] = "name",
            // Of a statement that fails as a whole the error names no table; the statement does.
            ["THE_TABLE"] = "photos.remedy",
            ["UNUSED_NUMBER"] = "77",
            ["'REPLICATION_USER'"] = $"'{site.Fleet.Accounts.Replication.Name}'",
            ["'REPLICA_HOST'"] = "'127.0.0.1'",
            ["'PASSWORD'"] = $"'{site.Fleet.Accounts.Replication.Password}'",
        };
        MakeHome();
    }

    /// <summary>Whether a program is here that dumps a server of this kind.</summary>
    public bool CanDump => _replica.Kind != ServerKind.MySql56 || _replica.Kind.ClientCommand("mysqldump") is not null;

    // Those that were looked at last: a step that names one may have to be done for each.
    private IReadOnlyList<string> _gtids = [];

    /// <summary>What stands for a placeholder.</summary>
    public Dictionary<string, string> Known { get; }

    /// <summary>The steps that were carried out since somebody last emptied it.</summary>
    public List<string> Done { get; } = [];

    /// <summary>Every placeholder that had to be filled.</summary>
    public SortedSet<string> Filled { get; } = new(StringComparer.Ordinal);

    /// <summary>To the letter; in order.</summary>
    public async Task FollowAsync(IReadOnlyList<ToldStep> steps, Func<Task> caughtUpAsync)
    {
        bool hasCaughtUp = false;
        foreach (ToldStep step in steps.Where(step => !NotRun.Contains(step.Id)))
        {
            // Where two ways lead back, the second is for those whom the first did not help.
            if (hasCaughtUp && step.Id == "prepare-rebuild")
                return;
            Done.Add(step.Id);
            if (step.On == "shell")
                await ShellAsync(step);
            else if (step.Id == "empty-transaction")
                await ForEachGtidAsync(step);
            else
                await SqlAsync(step, NodeOf(step));
            if (hasCaughtUp = step.Id == "wait-until-caught-up")
                await caughtUpAsync();
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    private DatabaseNode NodeOf(ToldStep step) => _site.Fleet.Nodes.Single(node => node.Name == step.On);

    /// <summary>Those under the server's own UUID, as the step says. A replica may have more, under its own, that do not stop it.</summary>
    private async Task ForEachGtidAsync(ToldStep step)
    {
        string uuid = (await NodeOf(step).QueryAsync("SELECT @@GLOBAL.server_uuid AS uuid"))[0]["uuid"]!;
        foreach (string gtid in _gtids.Where(gtid => gtid.StartsWith(uuid, StringComparison.Ordinal)))
        {
            Known["THE_GTID"] = gtid;
            await SqlAsync(step, NodeOf(step));
        }
    }

    private string Literal(string command)
    {
        foreach ((string placeholder, string value) in Known.Where(known => command.Contains(known.Key, StringComparison.Ordinal)))
        {
            Filled.Add(placeholder);
            command = command.Replace(placeholder, value, StringComparison.Ordinal);
        }

        return command;
    }

    private async Task SqlAsync(ToldStep step, DatabaseNode node)
    {
        // One session for all of a step: what it sets for itself holds for the commands after it.
        await using MySqlConnection connection = await node.ConnectAsync();
        foreach (string command in step.Commands.Select(Literal))
        {
            try
            {
                foreach (string answer in await AnswersAsync(connection, command))
                    Learn(step, answer);
            }
            catch (MySqlException e)
            {
                throw new InvalidOperationException($"{step.Id} on {node.Name}: {command}: {e.Number} {e.Message}", e);
            }
        }

        if (step.Id == "end-blocker")
            await GoneAsync(connection, Known["THE_ID"]);
    }

    /// <summary>The first column of each row.</summary>
    private static async Task<IReadOnlyList<string>> AnswersAsync(MySqlConnection connection, string command)
    {
        var answers = new List<string>();
        // To stop an applier in the middle of a long transaction takes as long as that.
        await using var sql = new MySqlCommand(command, connection) { CommandTimeout = 180 };
        await using MySqlDataReader reader = await sql.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            answers.Add($"{reader.GetValue(0)}");
        return answers;
    }

    /// <summary>
    /// In the session that killed it, as a person has it: MySQL 5.6 closes the socket of whom it kills before that thread has woken. If a
    /// new connection gets the same descriptor meanwhile, the thread waits on that one, as <c>Killed</c> and with all its locks, up to
    /// wait_timeout.
    /// </summary>
    private static Task GoneAsync(MySqlConnection session, string id) => Eventually.HappensAsync(
        $"thread {id} has ended", RemedyStage.Deadline, async () => !(await AnswersAsync(session, "SHOW FULL PROCESSLIST")).Contains(id));

    /// <summary>What later commands have a placeholder for.</summary>
    private void Learn(ToldStep step, string answer)
    {
        if (step.Id == "look-at-gtids-on-source")
            Known["GTID_EXECUTED_OF_THE_SOURCE"] = answer;
        if (step.Id == "look-at-gtids")
        {
            _gtids = [.. GtidsOf(answer)];
            Known["THE_GTID"] = _gtids.FirstOrDefault("");
        }
    }

    /// <summary>One by one, of a set such as <c>uuid:1-3:7,uuid:5</c>; none of what MariaDB calls a GTID.</summary>
    private static IEnumerable<string> GtidsOf(string set) =>
        from ofOneServer in set.Split(',', StringSplitOptions.TrimEntries)
        let parts = ofOneServer.Split(':')
        from interval in parts.Skip(1)
        let ends = Array.ConvertAll(interval.Split('-'), end => int.Parse(end, CultureInfo.InvariantCulture))
        from number in Enumerable.Range(ends[0], ends[^1] - ends[0] + 1)
        select string.Create(CultureInfo.InvariantCulture, $"{parts[0]}:{number}");

    private async Task ShellAsync(ToldStep step)
    {
        foreach (string command in step.Commands.Select(Literal))
        {
            var start = new ProcessStartInfo("/bin/bash", ["-o", "pipefail", "-c", command]);
            start.Environment["HOME"] = _home;
            start.Environment["PATH"] = $"{Path.Combine(_home, "bin")}:{Environment.GetEnvironmentVariable("PATH")}";
            EndedProcess shell = await EndedProcess.OfAsync(start);
            Assert.True(shell.ExitCode == 0, $"{step.Id}: {command}: {shell.Errors} {shell.Output}");
        }
    }

    /// <summary>The administrator's own: the account, and the client programs that came with the server.</summary>
    private void MakeHome()
    {
        Account root = _site.Fleet.Accounts.Root;
        File.WriteAllText(Path.Combine(_home, ".my.cnf"), $"[client]\nuser={root.Name}\npassword={root.Password}\n");
        string bin = Path.Combine(_home, "bin");
        Directory.CreateDirectory(bin);
        foreach (string program in (string[])["mysql", "mysqldump"])
        {
            if (OperatingSystem.IsWindows() || _replica.Kind.ClientCommand(program) is not { } command)
                continue;
            var options =
                new FileStreamOptions
                {
                    Mode = FileMode.CreateNew,
                    Access = FileAccess.Write,
                    UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
                };
            using var script = new StreamWriter(Path.Combine(bin, program), options);
            script.Write($"#!/bin/sh\nexec {string.Join(' ', command)} \"$@\"\n");
        }
    }
}
