namespace ProxyGuard.FleetTests;

[CollectionDefinition(nameof(SharesTheQuietFleet))]
public sealed class SharesTheQuietFleet : ICollectionFixture<QuietFleet>;
