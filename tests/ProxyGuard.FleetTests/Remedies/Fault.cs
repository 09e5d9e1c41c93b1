using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Something that is done to a healthy fleet, and what it must be called.</summary>
/// <param name="Code">What the diagnosis must call it.</param>
/// <param name="NeedsDump">Whether its remedy copies a table or everything.</param>
/// <param name="ByHandAsync">What a person does with what the first steps showed.</param>
internal sealed record Fault(
    string Code, Func<RemedyStage, Task> MakeAsync, bool NeedsDump = false, Func<RemedyStage, Task>? ByHandAsync = null)
{
    /// <summary>The kinds that can have it.</summary>
    public IReadOnlyList<ServerKind> On { get; init; } = ServerKind.All;

    /// <summary>Whether its remedy is another one for a replica that finds its place by GTID.</summary>
    public bool DependsOnPlace { get; init; }

    /// <summary>Whether a replica can have it that finds its place so; null for both.</summary>
    public bool? OnlyWithGtid { get; init; }

    /// <summary>
    /// Whether it is about how a healthy server is set, which is looked at every five minutes, and when ProxyGuard starts.
    /// </summary>
    public bool IsOfSettings { get; init; }

    /// <summary>What else must be so at the end; and what puts aside what the fault needed.</summary>
    public Func<RemedyStage, Task>? AfterwardsAsync { get; init; }

    public bool CanBeOn(ServerKind kind, bool withGtid) => On.Contains(kind) && (OnlyWithGtid ?? withGtid) == withGtid;

    public static IReadOnlyList<ServerKind> MariaDbs { get; } = [ServerKind.MariaDb105, ServerKind.MariaDb1011, ServerKind.MariaDb118];

    public static IReadOnlyList<ServerKind> MySqls { get; } = [ServerKind.MySql56, ServerKind.MySql97];

    public static IReadOnlyList<Fault> All { get; } =
        [.. ThreadFaults.All, .. RowFaults.All, .. LockFaults.All, .. ConnectionFaults.All, .. ChannelFaults.All, .. LogFaults.All];
}
