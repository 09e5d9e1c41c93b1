using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Telling.Admin;

/// <summary>
/// Something the management listener answers. Each room registers its own: <see cref="ManagementEndpoints.AddManagementEndpoint"/>.
/// </summary>
/// <param name="Method">Such as GET; null for any.</param>
/// <param name="Path">The whole path, compared byte by byte. Those below <c>/api/</c> need a key; no other does.</param>
/// <param name="Right">The least right that its key must have, where one is needed.</param>
/// <param name="AnswerAsync">Is given the name of the key's owner; "" where no key is needed.</param>
internal sealed record ManagementEndpoint(string? Method, string Path, KeyRight Right, Func<HttpContext, string, Task> AnswerAsync)
{
    public bool NeedsKey => Path.StartsWith(ManagementEndpoints.Api, StringComparison.Ordinal);
}

internal static class ManagementEndpoints
{
    /// <summary>What every path that needs a key begins with.</summary>
    public const string Api = "/api/";

    /// <param name="answer">What of the service answers; the last argument is the name of the key's owner.</param>
    /// <param name="right">The least right that it needs. Whoever forgets it gets the safe one: an endpoint that changes something must
    /// not be open to those who may only look.</param>
    public static IServiceCollection AddManagementEndpoint<TService>(
        this IServiceCollection services, string? method, string path, Func<TService, HttpContext, string, Task> answer,
            KeyRight right = KeyRight.Operate)
        where TService : notnull =>
        services.AddSingleton(provider =>
        {
            TService service = provider.GetRequiredService<TService>();
            return new ManagementEndpoint(method, path, right, (context, who) => answer(service, context, who));
        });
}
