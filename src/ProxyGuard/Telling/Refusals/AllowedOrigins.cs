using System.Collections.Concurrent;
using Microsoft.Extensions.Primitives;

namespace ProxyGuard.Telling.Refusals;

/// <summary>
/// Which other origins the site lets read its answers, as its own answers have said. A refusal says the same: without it the scripts of
/// such an origin see a network error and not our reason. The policy stays the site's; we only remember it, within a bound.
/// </summary>
internal sealed class AllowedOrigins
{
    // A site has a handful. What is beyond it is told as before, without these headers.
    private const int Most = 256;
    private const int MostLetters = 256;

    private const string Any = "*";

    private readonly ConcurrentDictionary<string, bool> _withCredentials = new(StringComparer.Ordinal);
    private volatile bool _isAny;

    /// <summary>Takes note of an answer of the site. Nothing is done for a request of the same origin, as almost all are.</summary>
    public void Note(HttpContext context)
    {
        StringValues origin = context.Request.Headers.Origin;
        if (origin.Count != 1 || origin[0]!.Length > MostLetters)
            return;
        IHeaderDictionary answer = context.Response.Headers;
        string allowed = answer.AccessControlAllowOrigin.ToString();
        if (allowed == Any)
            _isAny = true;
        else if (allowed.Length > 0 && allowed == origin[0])
            Note(allowed, answer.AccessControlAllowCredentials == "true");
    }

    // Nearly always that is known: then nothing is counted, for that would take a lock.
    private void Note(string origin, bool withCredentials)
    {
        bool isKnown = _withCredentials.TryGetValue(origin, out bool before);
        if (isKnown ? before != withCredentials : _withCredentials.Count < Most)
            _withCredentials[origin] = withCredentials;
    }

    /// <summary>Says on a refusal what the site says on its own answers to this origin; nothing where it has not said anything.</summary>
    public void Apply(HttpContext context)
    {
        StringValues origin = context.Request.Headers.Origin;
        IHeaderDictionary headers = context.Response.Headers;
        if (origin.Count == 1 && _withCredentials.TryGetValue(origin[0]!, out bool withCredentials))
        {
            headers.AccessControlAllowOrigin = origin;
            if (withCredentials)
                headers.AccessControlAllowCredentials = "true";
        }
        else if (_isAny && origin.Count == 1)
        {
            headers.AccessControlAllowOrigin = Any;
        }
        else
        {
            return;
        }

        headers.AccessControlExposeHeaders = "Retry-After";
        headers.Vary = StringValues.Concat(headers.Vary, "Origin");
    }
}
