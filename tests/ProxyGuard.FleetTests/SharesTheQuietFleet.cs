namespace ProxyGuard.FleetTests;

// Some measure memory.
[CollectionDefinition(nameof(SharesTheQuietFleet), DisableParallelization = true)]
public sealed class SharesTheQuietFleet : ICollectionFixture<QuietFleet>;
