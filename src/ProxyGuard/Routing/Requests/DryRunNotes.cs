using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Html;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Routing.Rehearsal;
using ProxyGuard.Telling.Refusals;

namespace ProxyGuard.Routing.Requests;

/// <summary>Takes note of requests that are let through because this is a dry run.</summary>
internal sealed class DryRunNotes(RequestReading reading, RehearsalLog log, MovementRecord movement, LiveSettings settings)
{
    /// <summary>Counts one, whatever it does. Files are left out: web servers give them away without a database.</summary>
    public void Count(HttpContext context, bool isRead) => context.Response.OnStarting(() =>
    {
        HttpResponse response = context.Response;
        bool isFile = isRead
            && CacheLifetime.IsLeftAlone(response.StatusCode, response.ContentType, context.Request.Headers["Sec-Fetch-Dest"]);
        if (!isFile)
            movement.Count(context.Request.Method, RequestReading.PathOf(context), isRead);
        return Task.CompletedTask;
    });

    /// <summary>One that would be refused; noted when its answer begins, for until then its form may not have been sent.</summary>
    public void NoteWrite(HttpContext context, GuardView view) => context.Response.OnStarting(() =>
    {
        RequestParameters parameters = RequestReading.ParametersOf(context, FormOf(context));
        if (!reading.DependsOnBody(context) || reading.KindOf(context, parameters) == RequestKind.Write)
            Note(context, Rehearsed.Write, view, parameters);
        return Task.CompletedTask;
    });

    /// <summary>A read that may be none.</summary>
    public void NoteSuspectedRead(HttpContext context, GuardView view) =>
        Note(context, Rehearsed.SuspectedRead, view, RequestReading.ParametersOf(context, []));

    private void Note(HttpContext context, Rehearsed what, GuardView view, RequestParameters parameters)
    {
        AddressKey? member = AddressKey.OfMember(context, settings.Current.Proxies);
        log.Add(
            context.Request.Method, RequestReading.PathOf(context),
            new RehearsedRequest(what, view.Incident is not null, parameters, member, reading.RuleOf(context, parameters)));
    }

    /// <summary>What was kept of it as it passed; what is not a whole form cannot be read and says nothing.</summary>
    private static ReadOnlySpan<byte> FormOf(HttpContext context) =>
        context.Features.Get<KeptBody>() is { Kept: { IsGivenUp: false } kept } && kept.Length <= SubmittedForms.MostRead
            ? kept.Written.Span
            : [];
}
