namespace ProxyGuard.Seeing.Upstreams;

/// <summary>What this room registers.</summary>
internal static class UpstreamServices
{
    public static IServiceCollection AddUpstreams(this IServiceCollection services) => services.AddSingleton<WebServersBoard>();
}
