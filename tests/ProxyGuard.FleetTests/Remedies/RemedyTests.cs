using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>
/// Each fault is made on real servers, ProxyGuard says what to do, an administrator does it to the letter, and the replica is what its source is again.
/// </summary>
public sealed class RemedyTests(FleetHome home, ITestOutputHelper output)
{
    public static TheoryData<string> Kinds => [.. ServerKind.All.Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Whoever_does_what_the_diagnosis_says_gets_a_replica_that_is_what_its_source_is(string name)
    {
        ServerKind kind = ServerKind.Named(name);
        var settings = new FleetSettings
        {
            Kind = kind,
            WithGtid = Fault.WithGtid.Contains(kind),
            MoreServerArguments = kind == ServerKind.MySql97 ? ["--performance-schema=ON"] : ["--binlog-format=ROW"],
        };
        await using GuardedFleet site = await GuardedFleet.StartAsync(home.DirectoryOrSkip(kind), settings, replicaCount: 2);
        using var stage = new RemedyStage(site);
        await stage.SetAsync();
        if (!stage.CanDump)
            output.WriteLine($"{name}: no dump program that reads it is here: what needs one is left out");

        foreach (Fault fault in Fault.All.Where(fault => fault.On.Contains(kind) && (stage.CanDump || !fault.NeedsDump)))
            await HealAsync(stage, fault);
        output.WriteLine($"{name}: placeholders that a person had to fill: {string.Join(" ", stage.Filled)}");
    }

    private async Task HealAsync(RemedyStage stage, Fault fault)
    {
        await fault.MakeAsync(stage);
        IReadOnlyList<ToldStep> steps = await stage.DiagnosedAsync(fault.Code);
        output.WriteLine($"{stage.Replica.Kind}: {fault.Code}: {string.Join(", ", steps.Select(step => step.Id))}");
        if (fault.ByHandAsync is not null)
            await fault.ByHandAsync(stage);
        await stage.FollowAsync(steps);
        await stage.CaughtUpAsync();
        await stage.SameDataAsync();
        await stage.NoErrorLeftAsync();
    }
}
