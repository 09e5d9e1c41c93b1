using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;

namespace ProxyGuard.Routing.Requests;

/// <summary>In a dry run alone: takes note of what would be refused, by any reading of it.</summary>
internal sealed class DryRunMiddleware(RequestDelegate next, GuardBoard board, RequestReading reading, DryRunNotes notes)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (reading.KindOf(context) == RequestKind.Write || reading.MayWrite(context))
            notes.NoteWrite(context, board.View);
        return next(context);
    }
}
