namespace ProxyGuard.Ground.Time;

/// <summary>What this room registers.</summary>
internal static class TimeServices
{
    public static IServiceCollection AddTime(this IServiceCollection services, TimeProvider time, BootClock boot) =>
        services.AddSingleton(time).AddSingleton(boot).AddSingleton(new GuardClock(time));
}
