using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Marks the connections that came in at the management listener. Told by the listener itself: no header a client sends can claim it.
/// </summary>
internal sealed class ManagementListener
{
    private static readonly ManagementListener Mark = new();

    public static void Apply(ListenOptions listen) => listen.Use(next => connection =>
    {
        connection.Features.Set(Mark);
        return next(connection);
    });

    public static bool Received(HttpContext context) => context.Features.Get<ManagementListener>() is not null;
}
