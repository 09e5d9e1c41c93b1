using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;

namespace ProxyGuard.Routing.Requests;

/// <summary>In a dry run alone: takes note of what would be refused, by any reading of it, and counts what is asked for.</summary>
internal sealed class DryRunMiddleware(RequestDelegate next, GuardBoard board, RequestReading reading, DryRunNotes notes)
{
    public Task InvokeAsync(HttpContext context)
    {
        if (!reading.IsDryRun)
            return next(context);
        RequestKind kind = reading.KindOf(context);
        bool isWrite = kind == RequestKind.Write || reading.MayWrite(context);
        notes.Count(context, isRead: kind == RequestKind.Read && !isWrite);
        if (isWrite)
            notes.NoteWrite(context, board.View);
        return next(context);
    }
}
