using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;

namespace ProxyGuard.Routing.Requests;

/// <summary>In a dry run alone: takes note of what would be refused, by any reading of it, and counts what is asked for.</summary>
internal sealed class DryRunMiddleware(RequestDelegate next, GuardBoard board, RequestReading reading, DryRunNotes notes)
{
    public Task InvokeAsync(HttpContext context)
    {
        bool isWrite = reading.KindOf(context) != RequestKind.Read || reading.MayWrite(context);
        notes.Count(context, isRead: !isWrite);
        if (isWrite && reading.KindOf(context) != RequestKind.Pass)
            notes.NoteWrite(context, board.View);
        return next(context);
    }
}
