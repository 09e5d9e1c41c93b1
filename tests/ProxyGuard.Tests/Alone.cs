namespace ProxyGuard.Tests;

/// <summary>What measures the memory of this process, where others would be measured with it.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
