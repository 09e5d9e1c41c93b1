using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>A replica that follows a second server too, over a channel with a name: its remedy must not touch the other one.</summary>
internal static class ChannelFaults
{
    private const string Name = "second";

    public static IReadOnlyList<Fault> All { get; } =
    [
        new(
            "sql-duplicate-key",
            BreakSecondAsync) { On = [ServerKind.MariaDb1011, ServerKind.MySql97], OnlyWithGtid = true,
                AfterwardsAsync = ForgetSecondAsync },
    ];

    private static async Task BreakSecondAsync(RemedyStage stage)
    {
        DatabaseNode other = Other(stage);
        await stage.Site.Fleet.WaitUntilCaughtUpAsync(RemedyStage.Deadline);
        // Those of the first channel: nobody may end them.
        stage.Threads = await ThreadsAsync(stage);
        await stage.Replica.ExecuteAsync(
            stage.Words.FollowToo(Name, other.Port, stage.Site.Fleet.Accounts.Replication, await other.HeadAsync())!);
        await other.ExecuteAsync("CREATE DATABASE notes; CREATE TABLE notes.note (id INT PRIMARY KEY, n INT NOT NULL)");
        await stage.CaughtUpAsync();
        await stage.UnloggedAsync("INSERT INTO notes.note VALUES (1, 1)");
        await other.ExecuteAsync("INSERT INTO notes.note VALUES (1, 2); INSERT INTO notes.note VALUES (2, 3)");
        await Eventually.HappensAsync("the second SQL thread has stopped", RemedyStage.Deadline, async () =>
            (await stage.Replica.QueryAsync(stage.Words.Status)).Any(channel => channel[$"{stage.Words.Replica}_SQL_Running"] == "No"));
    }

    private static async Task ForgetSecondAsync(RemedyStage stage)
    {
        Assert.Subset(await ThreadsAsync(stage), stage.Threads);
        Assert.Equal(await NotesAsync(Other(stage)), await NotesAsync(stage.Replica));
        await stage.Replica.ExecuteAsync(stage.Words.ForgetToo(Name)!);
    }

    private static DatabaseNode Other(RemedyStage stage) => stage.Site.Fleet.Replicas[1];

    private static async Task<HashSet<string>> ThreadsAsync(RemedyStage stage) =>
        [
            .. (await stage.Replica.QueryAsync("SHOW PROCESSLIST")).Where(thread => thread["User"] == "system user")
            .Select(thread => thread["Id"]!),
        ];

    private static async Task<string> NotesAsync(DatabaseNode node) =>
        string.Join(", ", (await node.QueryAsync("SELECT id, n FROM notes.note ORDER BY id")).Select(row => $"{row["id"]} {row["n"]}"));
}
