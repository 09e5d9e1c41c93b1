using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Telling.Admin;

/// <summary>GET, PUT and DELETE of /api/v1/maintenance: the operator's hold.</summary>
internal sealed class MaintenanceApi(SiteGuard guard, SiteEvents events, LiveSettings settings, GuardClock clock, HoldReport report)
{
    private const int LargestBody = 64 * 1024;

    private static readonly TimeSpan AuditTimeout = TimeSpan.FromSeconds(1);

    public Task GetAsync(HttpContext context) => AdminJson.WriteAsync(context, StatusCodes.Status200OK, report.Write);

    public async Task PutAsync(HttpContext context, string who)
    {
        if (!context.Request.HasJsonContentType())
        {
            await AdminJson.ProblemAsync(
                context, StatusCodes.Status415UnsupportedMediaType,
                "Send the body as Content-Type: application/json.").ConfigureAwait(false);
            return;
        }

        if (await ReadBodyAsync(context).ConfigureAwait(false) is not { } body)
        {
            await AdminJson.ProblemAsync(context, StatusCodes.Status413PayloadTooLarge, $"The body may have at most {LargestBody} bytes.")
                .ConfigureAwait(false);
            return;
        }

        HoldRequest request = HoldRequest.Parse(body, settings.Current.Rules.Site.Languages, clock.UtcNow);
        await ChangeAsync(
            context, current => request.ApplyTo(current, who, clock.UtcNow) is { } next ? new HoldChange(next) : null, request.Errors,
            who).ConfigureAwait(false);
    }

    public Task DeleteAsync(HttpContext context, string who) => ChangeAsync(context, _ => new HoldChange(null), [], who);

    /// <param name="errors">Filled while the change is worked out: what the request makes of a hold is decided in the guard's own
    /// order.</param>
    private async Task ChangeAsync(HttpContext context, Func<Hold?, HoldChange?> change, IReadOnlyList<string> errors, string who)
    {
        await guard.ChangeHoldAsync(change, who, context.RequestAborted).ConfigureAwait(false);
        // Who is told that it is so, finds it in the audit file.
        await events.ToldAsync(AuditTimeout).ConfigureAwait(false);

        if (errors.Count > 0)
            await AdminJson.ProblemAsync(context, StatusCodes.Status400BadRequest, "Nothing was changed.", errors).ConfigureAwait(false);
        else
            await GetAsync(context).ConfigureAwait(false);
    }

    private static async Task<ReadOnlyMemory<byte>?> ReadBodyAsync(HttpContext context)
    {
        var body = new MemoryStream();
        var buffer = new byte[8192];
        int read;
        while ((read = await context.Request.Body.ReadAsync(buffer, context.RequestAborted).ConfigureAwait(false)) > 0)
        {
            if (body.Length + read > LargestBody)
                return null;
            body.Write(buffer, 0, read);
        }

        return body.ToArray();
    }
}
