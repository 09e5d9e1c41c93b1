namespace ProxyGuard.Core.Diagnosis;

internal static class TopologyFindings
{
    public static IEnumerable<Finding> Of(FleetView view, bool allowTwoPrimaries) => [];
}
