using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Routing.Requests;
using Yarp.ReverseProxy.Transforms;

namespace ProxyGuard.Routing.Forwarding;

/// <summary>
/// Copies the headers of a request, in the place of YARP's own copying and in the same single pass. What ends here or is only ours to say
/// does not pass (<see cref="HopByHopHeaders"/>), and what only we can know is added: the client's address, the host, the scheme.
/// </summary>
/// <param name="addsForwarded">Whether X-Forwarded-* is added; not when the route says itself what it wants of it.</param>
internal sealed class RequestHeaderCopier(Pseudonym pseudonym, LiveSettings settings, bool addsForwarded) : RequestTransform
{
    private const string XForwardedFor = "X-Forwarded-For";
    private const string XForwardedProto = "X-Forwarded-Proto";
    private const string XForwardedHost = "X-Forwarded-Host";
    private const string XForwardedPort = "X-Forwarded-Port";
    private const string XForwardedPrefix = "X-Forwarded-Prefix";

    public override ValueTask ApplyAsync(RequestTransformContext context)
    {
        HttpRequest request = context.HttpContext.Request;
        IHeaderDictionary sent = request.Headers;
        StringValues connection = sent.Connection;
        bool isSafe = RequestRules.IsSafe(request.Method);
        bool nominates = connection.Count > 0 && NominatesAny(connection);
        foreach ((string name, StringValues values) in sent)
        {
            if (!HopByHopHeaders.Passes(name, isSafe) || nominates && Nominates(connection, name))
                continue;
            StringValues passed = IsCookie(name) ? LanguageCookie.Without(values) : values;
            if (passed.Count > 0)
                AddHeader(context, name, passed);
        }

        if (request.Protocol is "HTTP/2" or "HTTP/3" && TakesTrailers(sent.TE))
            context.ProxyRequest.Headers.TryAddWithoutValidation(HeaderNames.TE, "trailers");
        AddVia(context, request);
        if (settings.Current.BeginsTraces && sent.TraceParent.Count == 0)
            AddHeader(context, TraceParent.HeaderName, TraceParent.Begin());
        if (addsForwarded)
            AddForwarded(context, request);
        context.HeadersCopied = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>The host that the member asked for: as a trusted proxy has it, else as we were asked. Empty when there is none.</summary>
    public static string HostOf(HttpContext context)
    {
        string? forwarded = context.Features.Get<Peer>() is { IsTrustedProxy: true }
            ? ForwardedValues.First(context.Request.Headers[XForwardedHost])
            : null;
        return forwarded ?? context.Request.Host.Value ?? "";
    }

    private void AddVia(RequestTransformContext context, HttpRequest request)
    {
        StringValues names = request.Headers[Pseudonym.HeaderName];
        AddHeader(context, Pseudonym.HeaderName, names.Count == 0 ? pseudonym.Name : $"{names}, {pseudonym.Name}");
        StringValues via = request.Headers.Via;
        if (pseudonym.Via(request.Protocol) is { } own)
            AddHeader(context, HeaderNames.Via, via.Count == 0 ? own : $"{via}, {own}");
        else if (via.Count > 0)
            AddHeader(context, HeaderNames.Via, via);
    }

    private void AddForwarded(RequestTransformContext context, HttpRequest request)
    {
        if (context.HttpContext.Features.Get<Peer>() is not { Address: { } address, Text: { } text } peer)
            return;

        bool isTrusted = peer.IsTrustedProxy;
        TrustedProxies proxies = settings.Current.Proxies;
        AddHeader(context, XForwardedFor, isTrusted ? proxies.Chain(Joined(request.Headers[XForwardedFor]), address) : text);
        AddHeader(context, XForwardedProto, request.Scheme);
        AddHeader(context, XForwardedHost, HostOf(context.HttpContext));
        if (!isTrusted)
            return;
        // Only a proxy in front of us knows these; where none says them, there is nothing to add.
        AddKnown(context, XForwardedPort, ForwardedValues.PortOf(request.Headers[XForwardedPort]));
        AddKnown(context, XForwardedPrefix, ForwardedValues.PrefixOf(request.Headers[XForwardedPrefix]));
    }

    private static bool IsCookie(string name) => name.Equals(HeaderNames.Cookie, StringComparison.OrdinalIgnoreCase);

    private static void AddKnown(RequestTransformContext context, string name, string? value)
    {
        if (value is not null)
            AddHeader(context, name, value);
    }

    private static bool NominatesAny(StringValues connection)
    {
        foreach (string? line in connection)
        {
            if (HopByHopHeaders.NominatesAny(line))
                return true;
        }

        return false;
    }

    private static bool Nominates(StringValues connection, string name)
    {
        foreach (string? line in connection)
        {
            if (HopByHopHeaders.Nominates(line, name))
                return true;
        }

        return false;
    }

    // The only thing TE may say in HTTP/2: RFC 9113, section 8.2.2.
    private static bool TakesTrailers(StringValues te) =>
        te.Count > 0 && te.ToString().Contains("trailers", StringComparison.OrdinalIgnoreCase);

    private static string? Joined(StringValues lines) => lines.Count == 0 ? null : lines.ToString();
}
