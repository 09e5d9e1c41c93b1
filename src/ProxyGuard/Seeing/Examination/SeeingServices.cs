using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Seeing.Examination;

/// <summary>What the rooms of this floor register that ask a node.</summary>
internal static class SeeingServices
{
    /// <param name="open">Makes the way to ask one of the nodes.</param>
    public static IServiceCollection AddNodes(
        this IServiceCollection services, GuardSettings settings, Func<NodeRules, string, ILogger, NodeAccess> open) => services
        .AddSingleton<NodeRefusals>()
        .AddSingleton(provider =>
        {
            ILogger log = provider.GetRequiredService<ILogger<MySqlNodeProbe>>();
            return new NodeAccesses((node, connection) => open(node, connection, log), settings);
        });
}
