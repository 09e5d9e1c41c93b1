using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Ground.Storage;

/// <summary>What this room registers.</summary>
internal static class StorageServices
{
    public static IServiceCollection AddStorage(this IServiceCollection services, string directory) => services
        .AddSingleton(_ => new StateDirectory(directory)).AddSingleton<IHoldStore, HoldFile>().AddSingleton<AuditFile>()
        .AddSingleton<ReplicationStateFile>()
        .AddSingleton<IGuardListener>(provider => provider.GetRequiredService<ReplicationStateFile>())
        .AddHostedService(provider => provider.GetRequiredService<ReplicationStateFile>());
}
