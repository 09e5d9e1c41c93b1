using ProxyGuard.Ground.Storage;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.WriteMarks;

/// <summary>What this room registers.</summary>
internal static class WriteMarkServices
{
    /// <param name="secret">As configured; null for one of our own.</param>
    public static IServiceCollection AddWriteMarks(this IServiceCollection services, string? secret) => services
        .AddSingleton<ReadYourWrites>()
        .AddSingleton(
            provider => WriteMarkSecret.SealOf(
                secret, provider.GetRequiredService<StateDirectory>(), provider.GetRequiredService<ILogger<ReadYourWrites>>()))
        .AddSingleton<ITransformProvider, WriteMarkTransforms>();
}
