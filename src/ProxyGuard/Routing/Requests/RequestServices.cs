using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Requests;

/// <summary>What this room registers.</summary>
internal static class RequestServices
{
    public static IServiceCollection AddRequests(this IServiceCollection services, GuardSettings settings)
    {
        var pseudonym = new Pseudonym(settings.SendsVia);
        return services.AddSingleton(pseudonym).AddSingleton<RequestReading>().AddSingleton<DryRunNotes>()
            .AddSingleton(new RequestValidation(pseudonym.Name, settings.Limits.MaxBodyBytes, settings.Hosts))
            .AddSingleton<ITransformProvider, SuspectedReads>();
    }

    /// <summary>
    /// First what two readers could understand differently is refused: the verdict must be about what will be forwarded. Then our own pages
    /// are answered, which have no verdict.
    /// </summary>
    public static void UseGuard(this WebApplication app)
    {
        // Made before the first request: from its first moment the board says that nothing is known.
        app.Services.GetRequiredService<SiteGuard>();
        app.UseMiddleware<RequestValidationMiddleware>();
        app.UseMiddleware<OwnPagesMiddleware>();
        if (app.Services.GetRequiredService<RequestReading>().IsDryRun)
            app.UseMiddleware<DryRunMiddleware>();
        app.UseMiddleware<GuardMiddleware>();
    }
}
