using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Seeing.Examination;

/// <summary>What the rooms of this floor register that ask a node.</summary>
internal static class SeeingServices
{
    /// <param name="access">Makes the way to ask each of the nodes, in their order.</param>
    public static IServiceCollection AddNodes(this IServiceCollection services, Func<ILogger, IReadOnlyList<NodeAccess>> access) => services
        .AddSingleton<NodeRefusals>()
        .AddSingleton(provider => access(provider.GetRequiredService<ILogger<MySqlNodeProbe>>()))
        .AddSingleton<IReadOnlyList<INodeProbe>>(
            provider => [.. provider.GetRequiredService<IReadOnlyList<NodeAccess>>().Select(node => node.Probe)])
        .AddSingleton<IReadOnlyList<INodeExaminer>>(
            provider => [.. provider.GetRequiredService<IReadOnlyList<NodeAccess>>().Select(node => node.Examiner)]);
}
