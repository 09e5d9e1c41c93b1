using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>
/// Each fault is made on real servers, ProxyGuard says what to do, an administrator does it to the letter, and the replica is what its
/// source is again.
/// </summary>
public sealed class RemedyTests(FleetHome home, ITestOutputHelper output)
{
    // Where GTIDs are the rule they are used first, and where they came late or are another thing, positions.
    public static TheoryData<string, bool, bool> Fleets => new()
    {
        { ServerKind.MySql56.Name, false, true },
        { ServerKind.MySql56.Name, true, false },
    };

    /// <summary>Nine minutes: <c>bash tests/soak.sh '*on_the_other_servers'</c>.</summary>
    public static TheoryData<string, bool, bool> OtherFleets => new()
    {
        { ServerKind.MariaDb105.Name, false, true },
        { ServerKind.MariaDb1011.Name, true, true },
        { ServerKind.MariaDb118.Name, false, true },
        { ServerKind.MariaDb118.Name, true, false },
        { ServerKind.MySql97.Name, true, true },
        { ServerKind.MySql97.Name, false, false },
    };

    /// <param name="complete">Every fault, or only those whose remedy is another one by <paramref name="withGtid"/>.</param>
    [Theory]
    [MemberData(nameof(Fleets))]
    public Task Suggested_steps_make_the_replica_identical_to_its_source(string name, bool withGtid, bool complete) =>
        HealAllAsync(name, withGtid, complete);

    [Theory(Explicit = true)]
    [MemberData(nameof(OtherFleets))]
    public Task Suggested_steps_make_the_replica_identical_to_its_source_on_the_other_servers(string name, bool withGtid, bool complete) =>
        HealAllAsync(name, withGtid, complete);

    /// <summary>The servers' own words are in <c>lc_messages</c> then. What a text names is read by its shape.</summary>
    [Theory(Explicit = true)]
    [InlineData("MySQL 5.6", false, "de_DE")]
    [InlineData("MariaDB 10.11", false, "de_DE")]
    [InlineData("MySQL 9.7", true, "de_DE")]
    [InlineData("MySQL 5.6", false, "fr_FR")]
    [InlineData("MariaDB 10.11", false, "fr_FR")]
    [InlineData("MySQL 9.7", true, "fr_FR")]
    public Task Suggested_steps_make_the_replica_identical_when_the_servers_speak_another_language(
        string name, bool withGtid, string language) =>
        HealAllAsync(name, withGtid, complete: true, $"--lc-messages={language}");

    private async Task HealAllAsync(string name, bool withGtid, bool complete, params string[] more)
    {
        ServerKind kind = ServerKind.Named(name);
        IReadOnlyList<string> arguments = [kind == ServerKind.MySql97 ? "--performance-schema=ON" : "--binlog-format=ROW", .. more];
        var settings = new FleetSettings { Kind = kind, WithGtid = withGtid, MoreServerArguments = arguments };
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(kind), settings, replicaCount: 2);
        using var stage = new RemedyStage(site);
        await stage.SetAsync();
        if (!stage.Administrator.CanDump)
            output.WriteLine($"{name}: no dump program that reads it is here: what needs one is left out");

        foreach (
            Fault fault in Fault.All.Where(
                fault => fault.CanBeOn(kind, withGtid) && (complete || fault.DependsOnPlace)
                    && (stage.Administrator.CanDump || !fault.NeedsDump)))
            await HealAsync(stage, fault);
        output.WriteLine($"{name}: placeholders that a person had to fill: {string.Join(" ", stage.Administrator.Filled)}");
    }

    [Theory]
    [InlineData("5.6.24", "MySQL 5.6")]
    [InlineData("9.7.0", "MySQL 9.7")]
    [InlineData("10.11.6-MariaDB", "MariaDB 10.11")]
    public void Only_steps_for_faults_tested_here_are_marked_certain(string version, string name)
    {
        ServerKind kind = ServerKind.Named(name);
        HashSet<string> made = [.. Fault.All.Where(fault => fault.On.Contains(kind)).Select(fault => fault.Code)];

        Assert.Subset(made, ComparedSteps.On(ServerVersion.Parse(version)).Select(claim => claim.Finding).ToHashSet());
    }

    private async Task HealAsync(RemedyStage stage, Fault fault)
    {
        await fault.MakeAsync(stage);
        if (fault.IsOfSettings)
            await stage.Site.RestartGuardAsync();
        IReadOnlyList<ToldStep> steps = await stage.DiagnosedAsync(fault.Code);
        output.WriteLine($"{stage.Replica.Kind}: {fault.Code}: {string.Join(", ", steps.Select(step => step.Id))}");
        if (fault.ByHandAsync is not null)
            await fault.ByHandAsync(stage);
        await stage.Administrator.FollowAsync(steps, stage.CaughtUpAsync);
        await stage.CaughtUpAsync();
        await stage.SameDataAsync();
        // What is told as certain has just been done, and all tables are equal.
        IEnumerable<string> claimed = steps.Where(
            step => step.Confidence == "certain" && StepKinds.All.Single(kind => kind.Id == step.Id).ChangesData).Select(step => step.Id);
        Assert.Empty(claimed.Except(stage.Administrator.Done));
        stage.Administrator.Done.Clear();
        if (fault.IsOfSettings)
            await stage.Site.RestartGuardAsync();
        await stage.NothingLeftAsync(fault.Code);
        if (fault.AfterwardsAsync is not null)
            await fault.AfterwardsAsync(stage);
    }
}
