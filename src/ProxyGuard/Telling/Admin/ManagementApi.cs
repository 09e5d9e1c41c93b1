using Microsoft.Extensions.Primitives;

namespace ProxyGuard.Telling.Admin;

/// <summary>Everything the management listener answers, and nothing of it anywhere else.</summary>
internal sealed class ManagementApi(IEnumerable<ManagementEndpoint> endpoints, AdminKeys keys, ManagementHosts hosts)
{
    private readonly ManagementEndpoint[] _endpoints = [.. endpoints];

    public async Task AnswerAsync(HttpContext context)
    {
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.XContentTypeOptions = "nosniff";
        if (!hosts.Contains(context.Request.Host))
        {
            await AdminJson.ProblemAsync(context, StatusCodes.Status421MisdirectedRequest, ManagementHosts.Refusal).ConfigureAwait(false);
            return;
        }

        string path = context.Request.Path.Value ?? "";
        KeyHolder? holder = null;
        // Also for what is not there: without a key a caller must not learn what is.
        if (path.StartsWith(ManagementEndpoints.Api, StringComparison.Ordinal)
            && (holder = keys.HolderOf(context.Request.Headers.Authorization, HttpMethods.IsGet(context.Request.Method))) is null)
        {
            // A browser asks its user; the key is the password.
            context.Response.Headers.WWWAuthenticate = new StringValues(["Bearer", "Basic realm=\"ProxyGuard\", charset=\"UTF-8\""]);
            await AdminJson.ProblemAsync(context, StatusCodes.Status401Unauthorized, "Send a configured key as: Authorization: Bearer KEY")
                .ConfigureAwait(false);
            return;
        }

        await AnswerAsync(context, path, holder).ConfigureAwait(false);
    }

    /// <param name="holder">Null where no key is needed.</param>
    private Task AnswerAsync(HttpContext context, string path, KeyHolder? holder)
    {
        ManagementEndpoint[] here = [.. _endpoints.Where(endpoint => endpoint.Path == path)];
        if (here.FirstOrDefault(endpoint => endpoint.Method is null || endpoint.Method == context.Request.Method) is { } asked)
            return holder is null || holder.Right >= asked.Right
                ? asked.AnswerAsync(context, holder?.Name ?? "")
                : AdminJson.ProblemAsync(context, StatusCodes.Status403Forbidden, Forbidden(context, holder));
        if (here.Length > 0)
            return NotAllowedAsync(context, string.Join(", ", here.Select(endpoint => endpoint.Method)));
        return path.StartsWith(ManagementEndpoints.Api, StringComparison.Ordinal)
            ? AdminJson.ProblemAsync(
                context, StatusCodes.Status404NotFound,
                $"There are {Enumerated([.. _endpoints.Where(endpoint => endpoint.NeedsKey).Select(endpoint => endpoint.Path).Distinct()])}.")
            : AdminJson.ProblemAsync(context, StatusCodes.Status404NotFound, "Nothing is here; the API is below /api/v1/.");
    }

    private static string Forbidden(HttpContext context, KeyHolder holder) =>
        $"The key {holder.Name} has the right view: it may look, but not {context.Request.Method} {context.Request.Path}. "
        + $"Nothing was changed. A key with the right operate may (ProxyGuard:Admin:Keys:{holder.Name}:Right).";

    private static string Enumerated(string[] paths) => $"{string.Join(", ", paths[..^1])} and {paths[^1]}";

    private static Task NotAllowedAsync(HttpContext context, string allow)
    {
        context.Response.Headers.Allow = allow;
        return AdminJson.ProblemAsync(context, StatusCodes.Status405MethodNotAllowed, $"Allowed here: {allow}.");
    }
}
