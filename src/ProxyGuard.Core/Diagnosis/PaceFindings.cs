namespace ProxyGuard.Core.Diagnosis;

internal static class PaceFindings
{
    public static IEnumerable<Finding> Of(FleetView view, Scene scene) => [];
}
