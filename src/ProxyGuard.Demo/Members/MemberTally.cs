using System.Net;

namespace ProxyGuard.Demo.Members;

/// <summary>What the members were answered, all together.</summary>
internal sealed class MemberTally
{
    private long _pages;
    private long _posts;
    private long _refused;
    private long _errors;
    private long _unreachable;

    public void Count(HttpMethod method, HttpStatusCode status)
    {
        if (status == HttpStatusCode.ServiceUnavailable)
            Interlocked.Increment(ref _refused);
        else if ((int)status >= 500)
            Interlocked.Increment(ref _errors);
        else if (method == HttpMethod.Get)
            Interlocked.Increment(ref _pages);
        else
            Interlocked.Increment(ref _posts);
    }

    public void CountUnreachable() => Interlocked.Increment(ref _unreachable);

    public override string ToString() =>
        $"{_pages} pages and pictures, {_posts} posts answered, {_refused} refused with 503, {_errors} server errors, {_unreachable} times no answer";
}
