using Microsoft.Extensions.Primitives;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Routing.WriteMarks;

/// <summary>
/// A member that wrote carries a mark that says when, and reads only where that write is shown. A browser carries it as a cookie, a program
/// as a header; it says nothing about who they are. Nothing ever waits because of a mark.
/// </summary>
internal sealed class ReadYourWrites(MarkSeal seal, GuardClock clock)
{
    /// <summary>The header pair of programs: in the answer to a write, and in their reads from then on.</summary>
    public const string Header = "X-ProxyGuard-Write-Mark";

    private const string Cookie = "proxyguard-write-mark";

    // Browsers take a cookie of this prefix only over TLS, for this host alone and from no other (RFC 6265bis, section 4.1.3.2).
    private const string SafeCookie = "__Host-" + Cookie;

    // The moment of the answer and the moments of the content clock are read from two clocks, one after the other.
    private static readonly TimeSpan ClockReadInterval = TimeSpan.FromMilliseconds(5);

    private static readonly string Attributes = $"; Path=/; Max-Age={MarkSeal.Lifetime.TotalSeconds:0}; HttpOnly; SameSite=Lax";

    /// <summary>Where a read goes: the view's own route, unless the member wrote something that not all of its nodes show yet.</summary>
    public ReadRoute RouteOf(HttpContext context, GuardView view) =>
        view.Rules.Reads.ReadYourWrites && NewestMark(context.Request, view.Reads.AsOf) is { } mark
            ? view.Reads.After(mark, view.Fleet, view.Rules.Reads)
            : view.Reads;

    /// <summary>Marks the answer to a write that an upstream accepted, whatever it did.</summary>
    public void Mark(HttpContext context)
    {
        string mark = seal.Write(clock.UtcNow + ClockReadInterval);
        IHeaderDictionary headers = context.Response.Headers;
        headers[Header] = mark;
        headers.Append("Set-Cookie", context.Request.IsHttps ? $"{SafeCookie}={mark}{Attributes}; Secure" : $"{Cookie}={mark}{Attributes}");
    }

    /// <summary>Null for nearly everybody: who carries no mark, one of another's, or one that changes nothing.</summary>
    /// <param name="shown">What every node shows, so that older marks need not even be checked; null when that is not known.</param>
    private MonotonicInstant? NewestMark(HttpRequest request, MonotonicInstant? shown)
    {
        MonotonicInstant? newest = null;
        foreach (string? line in request.Headers.Cookie)
            newest = MonotonicInstant.Later(newest, InCookies(line, request.IsHttps ? SafeCookie : Cookie, shown));
        if (request.Headers.TryGetValue(Header, out StringValues sent) && sent.Count == 1)
            newest = MonotonicInstant.Later(newest, Of(sent[0], shown));
        return newest;
    }

    private MonotonicInstant? InCookies(ReadOnlySpan<char> line, ReadOnlySpan<char> name, MonotonicInstant? shown)
    {
        for (int at; (at = line.IndexOf(name, StringComparison.Ordinal)) >= 0; line = line[(at + name.Length)..])
        {
            ReadOnlySpan<char> rest = line[(at + name.Length)..];
            bool isWhole = (at == 0 || line[at - 1] is ' ' or ';') && rest.StartsWith('=');
            if (isWhole && Of(rest[1..(rest.IndexOf(';') is var end and >= 0 ? end : rest.Length)].Trim(), shown) is { } mark)
                return mark;
        }

        return null;
    }

    private MonotonicInstant? Of(ReadOnlySpan<char> text, MonotonicInstant? shown)
    {
        if (MarkSeal.ClaimOf(text, clock.UtcNow) is not { } claim)
            return null;
        MonotonicInstant mark = clock.FromUtc(claim);
        return shown >= mark || !seal.IsGenuine(text, claim) ? null : mark;
    }
}
