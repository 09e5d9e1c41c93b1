using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.FleetTests.Remedies;

/// <summary>Something that is done to a healthy fleet, and what it must be called.</summary>
/// <param name="Code">What the diagnosis must call it.</param>
/// <param name="NeedsDump">Whether its remedy copies a table or everything.</param>
/// <param name="ByHandAsync">What a person does with what the first steps showed.</param>
internal sealed record Fault(string Code, Func<RemedyStage, Task> MakeAsync, bool NeedsDump = false, Func<RemedyStage, Task>? ByHandAsync = null)
{
    /// <summary>The kinds that can have it.</summary>
    public IReadOnlyList<ServerKind> On { get; init; } = ServerKind.All;

    public static IReadOnlyList<ServerKind> MariaDbs { get; } = [ServerKind.MariaDb105, ServerKind.MariaDb1011, ServerKind.MariaDb118];

    /// <summary>Where GTIDs are the rule they are used, and where they came late or are another thing, positions.</summary>
    public static IReadOnlyList<ServerKind> WithGtid { get; } = [ServerKind.MariaDb1011, ServerKind.MySql97];

    public static IReadOnlyList<ServerKind> WithPositions { get; } = [.. ServerKind.All.Except(WithGtid)];

    public static IReadOnlyList<Fault> All { get; } = [.. RowFaults.All, .. ThreadFaults.All, .. ConnectionFaults.All, .. LogFaults.All];
}
