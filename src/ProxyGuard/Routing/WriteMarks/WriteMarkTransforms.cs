using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.WriteMarks;

/// <summary>
/// Marks the answer to a write that an upstream accepted: any status from 200 to 399. What was refused or failed changed nothing, and sets
/// no mark.
/// </summary>
internal sealed class WriteMarkTransforms(ReadYourWrites writes) : ITransformProvider
{
    public void ValidateRoute(TransformRouteValidationContext context)
    {
    }

    public void ValidateCluster(TransformClusterValidationContext context)
    {
    }

    public void Apply(TransformBuilderContext context)
    {
        context.AddResponseTransform(transform =>
        {
            if (transform.HttpContext.Features.Get<GuardDecision>() is not { View.Rules.Reads.ReadYourWrites: true } decision)
                return ValueTask.CompletedTask;
            // A member's own mark is no upstream's business, and an upstream has none to give.
            transform.HttpContext.Response.Headers.Remove(ReadYourWrites.Header);
            bool isAccepted = transform.ProxyResponse is { } response && (int)response.StatusCode is >= 200 and < 400;
            if (isAccepted && decision.Verdict == Verdict.Write)
                writes.Mark(transform.HttpContext);
            return ValueTask.CompletedTask;
        });
    }
}
