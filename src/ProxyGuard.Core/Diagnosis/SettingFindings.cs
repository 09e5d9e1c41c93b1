namespace ProxyGuard.Core.Diagnosis;

internal static class SettingFindings
{
    public static IEnumerable<Finding> Of(FleetView view) => [];
}
