using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Tells a web server that asks for it which node to read this request's data from: a fresh one, or the primary for a write.
/// </summary>
internal sealed class ReadFromHeader : ITransformProvider
{
    /// <summary>Its value is the node's name and its address, as in <c>db2 10.0.0.22:3306</c>. A member's own is never forwarded.</summary>
    public const string Name = "X-ProxyGuard-Read-From";

    // Of the fleet in force: a request finds its value made.
    private readonly LastMade<FleetRules, string[]> _values =
        new(static fleet => [.. fleet.Nodes.Select(node => $"{node.Name} {node.Host}:{node.Port}")]);

    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context) => context.AddRequestTransform(transform =>
    {
        if (transform.HttpContext.Request.Headers.ContainsKey(Name))
            transform.ProxyRequest.Headers.Remove(Name);
        if (transform.HttpContext.GetReverseProxyFeature().ProxiedDestination is { } destination
            && DestinationReads.IsToldByHeader(destination))
            transform.ProxyRequest.Headers.TryAddWithoutValidation(Name, ValueFor(GuardDecision.Of(transform.HttpContext)));
        return ValueTask.CompletedTask;
    });

    private string ValueFor(GuardDecision decision) => _values.Of(decision.View.Fleet.Rules)[NodeFor(decision)];

    private static int NodeFor(GuardDecision decision)
    {
        if (decision.Verdict == Verdict.Write)
            return decision.View.Fleet.PrimaryDetection.Node;
        IReadOnlyList<int> nodes = decision.Route.Shares.For(Random.Shared.NextDouble());
        return nodes[Random.Shared.Next(nodes.Count)];
    }
}
