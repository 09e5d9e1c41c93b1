using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Demo.Control;

/// <summary>One way to break the demo's fleet, by the name it has on the command line.</summary>
/// <param name="BreakAsync">Its second argument is told how it goes, where that takes longer.</param>
internal sealed record Fault(string Name, string Summary, string Done, Func<Faults, Action<string>, Task> BreakAsync)
{
    public static readonly IReadOnlyList<Fault> All =
    [
        new("backlog",
            "both replicas have much to catch up, for some 90 seconds",
            "db2 and db3 catch up, at 50 ms for each write, as on an old disk; that takes some 90 seconds. Watch it on the site.",
            (faults, tell) => faults.BuildBacklogAsync(new BacklogSettings(), tell)),
        new("duplicate-key",
            "both replicas stop with error 1062; the primary goes on",
            "A row was written by hand on db2 and db3, and then by the site: their SQL threads have stopped with error 1062.",
            (faults, _) => faults.BreakWithDuplicateKeyAsync()),
        new("stop-primary",
            "nothing can be written; the replicas still answer",
            "The primary db1 is stopped. Nothing can be written, and nothing can be fresher than now.",
            (faults, _) => faults.StopPrimaryAsync()),
        new("cut-network",
            "the replicas hear nothing new and do not notice for 5 seconds",
            "The network between db1 and its replicas is cut. For 5 seconds the replicas go on to say that all is well.",
            (faults, _) =>
            {
                faults.CutNetwork();
                return Task.CompletedTask;
            }),
        new("lag",
            "the replicas fall behind without any error",
            "db2 and db3 are under a global read lock, as during a backup: both threads say Yes, and nothing is applied.",
            (faults, _) => faults.HoldBackAsync()),
    ];
}
