using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using Yarp.ReverseProxy.Transforms;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Requests;

/// <summary>
/// Notes reads that are answered as writes are: a GET with a query or a word in its path for which the application redirects elsewhere.
/// </summary>
internal sealed class SuspectedReads(RequestReading reading, DryRunNotes notes) : ITransformProvider
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
            // 301, 307 and 308 say that something has moved; what has just been done is answered with 302 or 303 (RFC 9110, sections 15.4.3
            // and 15.4.4).
            bool redirects = transform.ProxyResponse is { } response && (int)response.StatusCode is 302 or 303;
            if (redirects && reading.IsDryRun && transform.HttpContext.Features.Get<GuardDecision>() is { Verdict: Verdict.Read } decision)
                Note(transform.HttpContext, decision);
            return ValueTask.CompletedTask;
        });
    }

    private void Note(HttpContext context, GuardDecision decision)
    {
        // What would be refused is already noted as such.
        if (!reading.MayWrite(context))
            notes.NoteSuspectedRead(context, decision.View);
    }
}
