namespace ProxyGuard.Benchmarks.Comparison;

internal sealed record ComparisonSettings
{
    /// <summary>The path of ProxyGuard.dll as its users run it.</summary>
    public required string ProxyGuard { get; init; }

    /// <summary>Data, configurations and logs; belongs to this run alone.</summary>
    public required string Directory { get; init; }

    public required Pace Pace { get; init; }

    /// <summary>Whether the proxies get one core for themselves, where there are two.</summary>
    public required bool IsPinned { get; init; }
}

/// <param name="WarmUp">Of each pair of proxy and body, once: the JIT compiler needs some thousand requests.</param>
/// <param name="BothWays">Whether both .NET proxies also run with the runtime's inline completions as the other one has them.</param>
internal sealed record Pace(int Rounds, TimeSpan WarmUp, TimeSpan Load, bool BothWays)
{
    // Rather many short rounds than few long ones: the two sides of a ratio are closer together, and what else runs meets both.

    /// <summary>All proxies have to fit into six minutes.</summary>
    public static Pace Thorough { get; } = new(7, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(2), BothWays: true);

    public static Pace Quick { get; } = new(5, TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), BothWays: false);
}
