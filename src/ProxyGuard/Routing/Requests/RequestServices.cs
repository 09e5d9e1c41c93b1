using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Routing.Requests;

/// <summary>What this room registers.</summary>
internal static class RequestServices
{
    public static IServiceCollection AddRequests(this IServiceCollection services) => services
        .AddSingleton<Pseudonym>().AddSingleton<RequestReading>().AddSingleton<DryRunNotes>()
        .AddSingleton(provider => ValidationBy(
            provider.GetRequiredService<LiveSettings>(), provider.GetRequiredService<Pseudonym>().Name))
        .AddSingleton<ITransformProvider, SuspectedReads>();

    private static Derived<RequestValidation> ValidationBy(LiveSettings settings, string pseudonym) =>
        settings.Derive(current => new RequestValidation(pseudonym, current.Limits.MaxBodyBytes, current.Hosts));

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
        app.UseMiddleware<DryRunMiddleware>();
        app.UseMiddleware<GuardMiddleware>();
    }
}
