using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http.Features;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Guarding;

/// <summary>
/// A write that a web server has or is about to get, or a tunnel (a WebSocket), whose frames may do anything.
/// </summary>
internal sealed class InFlightWrite(HttpContext context, MonotonicInstant began) : IDisposable
{
    private readonly CancellationTokenSource _end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
    private volatile bool _wasEnded;

    public MonotonicInstant Began => began;

    public string Method { get; } = context.Request.Method;

    /// <summary>Without query; numbers in it are <c>*</c>.</summary>
    public string Path { get; } = PathShape.Of(RawPath.Of(context.Features.Get<IHttpRequestFeature>()!.RawTarget));

    /// <summary>YARP's name of it; null where it has none.</summary>
    public string? Route { get; } = context.Features.Get<Yarp.ReverseProxy.Model.IReverseProxyFeature>()?.Route.Config.RouteId;

    public bool IsTunnel { get; } = IsTunnelOf(context);

    public RequestKind Kind { get; set; }

    /// <summary>Since when it would be refused; null while it would not. For one caller at a time.</summary>
    public MonotonicInstant? RefusedSince { get; set; }

    /// <summary>Whether we ended it, not the member.</summary>
    public bool WasEnded => _wasEnded;

    /// <summary>What ends it: the member, or <see cref="End"/>.</summary>
    public CancellationToken Ended => _end.Token;

    /// <summary>
    /// Whether YARP makes a tunnel of it: a WebSocket or SPDY. A client that offers another protocol, such as h2c, is answered as if it had
    /// not. Without a lock or an allocation: every read is asked.
    /// </summary>
    public static bool IsTunnelOf(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true } && IsTunnelProtocol(context.Request.Headers.Upgrade)
        || context.Features.Get<IHttpExtendedConnectFeature>() is { IsExtendedConnect: true };

    public void End()
    {
        _wasEnded = true;
        try
        {
            // The callbacks close sockets: the caller that closes the site does not wait for that, nor for what it throws.
            _ = _end.CancelAsync();
        }
        catch (ObjectDisposedException)
        {
            // It was over just now.
        }
    }

    public void Dispose() => _end.Dispose();

    // As YARP's forwarder tells them.
    private static bool IsTunnelProtocol(Microsoft.Extensions.Primitives.StringValues upgrade) =>
        upgrade is [{ } protocol]
        && (protocol.Equals("websocket", StringComparison.OrdinalIgnoreCase) || protocol.StartsWith("SPDY/", StringComparison.OrdinalIgnoreCase));
}

/// <summary>
/// Everything that may still write. After the site was closed in-flight writes go on for as long as the rules allow (<see
/// cref="ReadOnlyRules"/>): a tunnel ends after a grace, a write after its deadline, if there is one.
/// </summary>
internal sealed class InFlightWrites(
    GuardBoard board, TrafficCounts traffic, GuardClock clock, ILogger<InFlightWrites> log) : IGuardListener
{
    private readonly ConcurrentDictionary<InFlightWrite, bool> _all = new();

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<InFlightWrite> All => [.. _all.Keys.OrderBy(write => write.Began)];

    /// <summary>Counted from here to <see cref="End"/>.</summary>
    public InFlightWrite Begin(HttpContext context)
    {
        var write = new InFlightWrite(context, clock.Now);
        if (write.IsTunnel)
            traffic.TunnelBegan();
        else
            traffic.WriteBegan(write.Began);
        _all.TryAdd(write, true);
        return write;
    }

    public void End(InFlightWrite write)
    {
        _all.TryRemove(write, out _);
        if (write.IsTunnel)
            traffic.TunnelEnded();
        else
            traffic.WriteEnded();
        write.Dispose();
    }

    /// <summary>When it is ended, as things are; null when it is not.</summary>
    public TimeSpan? EndsIn(InFlightWrite write, MonotonicInstant now) =>
        write.RefusedSince is { } since && LimitOf(write) is { } limit ? since + limit - now : null;

    public void Posted(GuardView before, GuardView after)
    {
        if (_all.IsEmpty)
            return;
        int ended = 0;
        foreach (InFlightWrite write in _all.Keys)
        {
            bool isRefused = RequestPolicy.Decide(write.Kind, after, RequestRules.IsSafe(write.Method)) == Verdict.Refuse;
            write.RefusedSince = isRefused ? write.RefusedSince ?? after.At : null;
            if (write.WasEnded || EndsIn(write, after.At) is not { } left || left > TimeSpan.Zero)
                continue;
            write.End();
            ended++;
        }

        if (ended > 0)
            log.WritesEnded(ended);
    }

    private TimeSpan? LimitOf(InFlightWrite write)
    {
        ReadOnlyRules rules = board.View.Rules.ReadOnly;
        return write.IsTunnel ? rules.EndWebSocketsAfter : rules.EndWritesAfter;
    }
}
