namespace ProxyGuard.FleetTests;

/// <summary>Tests that measure times or memory: no other fleet runs beside them.</summary>
[CollectionDefinition(nameof(RunsAlone), DisableParallelization = true)]
public sealed class RunsAlone;
