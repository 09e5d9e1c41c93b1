namespace ProxyGuard.Core.Diagnosis;

internal static class GrowthFindings
{
    public static IEnumerable<Finding> Of(FleetView view) => [];
}
