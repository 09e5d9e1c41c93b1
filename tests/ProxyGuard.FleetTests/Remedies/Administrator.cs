using System.Diagnostics;
using System.Text.RegularExpressions;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>A step as the management API tells it.</summary>
internal sealed record ToldStep(string Id, string On, IReadOnlyList<string> Commands);

/// <summary>Does what the diagnosis says, to the letter, and fills in what a person would look up or knows.</summary>
internal sealed partial class Administrator : IDisposable
{
    // The site's backup host does not exist here, and the physical ways need a second program or a second account: each replaces one that is run.
    private static readonly HashSet<string> NotRun = ["backup", "backup-of-unknown-size", "rebuild-physically", "rebuild-by-clone", "try-to-connect", "look-at-disk"];

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
            ["<column of PRIMARY>"] = "id",
            // Of a statement that fails as a whole the error names no table; the statement does.
            ["<table>"] = "photos.remedy",
            ["UNUSED_NUMBER"] = "77",
            ["'REPLICATION_USER'"] = $"'{site.Fleet.Accounts.Replication.Name}'",
            ["'REPLICA_HOST'"] = "'127.0.0.1'",
            ["'PASSWORD'"] = $"'{site.Fleet.Accounts.Replication.Password}'",
        };
        MakeHome();
    }

    /// <summary>Whether a program is here that dumps a server of this kind.</summary>
    public bool CanDump => _replica.Kind != ServerKind.MySql56 || _replica.Kind.ClientCommand("mysqldump") is not null;

    /// <summary>What stands for a placeholder.</summary>
    public Dictionary<string, string> Known { get; }

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
            if (step.On == "shell")
                await ShellAsync(step);
            else
                await SqlAsync(step, _site.Fleet.Nodes.Single(node => node.Name == step.On));
            if (hasCaughtUp = step.Id == "wait-until-caught-up")
                await caughtUpAsync();
        }
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

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
                // To stop an applier in the middle of a long transaction takes as long as that.
                await using var sql = new MySqlCommand(command, connection) { CommandTimeout = 180 };
                await using MySqlDataReader reader = await sql.ExecuteReaderAsync();
                while (await reader.ReadAsync())
                    Learn(step, $"{reader.GetValue(0)}");
            }
            catch (MySqlException e)
            {
                throw new InvalidOperationException($"{step.Id} on {node.Name}: {command}: {e.Number} {e.Message}", e);
            }
        }
    }

    /// <summary>What later commands have a placeholder for.</summary>
    private void Learn(ToldStep step, string answer)
    {
        if (step.Id == "look-at-gtids-on-source")
            Known["<gtid_executed of the source>"] = answer;
        // The first of them: those after it may be many.
        if (step.Id == "look-at-gtids" && answer.Length > 0)
            Known["<gtid>"] = FirstGtid().Match(answer).Value;
    }

    [GeneratedRegex(@"[-\da-f]{36}:\d+")]
    private static partial Regex FirstGtid();

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
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute };
            using var script = new StreamWriter(Path.Combine(bin, program), options);
            script.Write($"#!/bin/sh\nexec {string.Join(' ', command)} \"$@\"\n");
        }
    }
}
