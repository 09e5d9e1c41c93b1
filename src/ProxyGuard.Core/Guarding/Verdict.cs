using System.Diagnostics;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Guarding;

/// <summary>What happens to one request.</summary>
public enum Verdict
{
    /// <summary>Answered at once, with the page that says why. The default: nothing is let through by being forgotten.</summary>
    Refuse,

    /// <summary>To an upstream that reads from one of <see cref="GuardView.Reads"/>.</summary>
    Read,

    /// <summary>To the primary's upstream.</summary>
    Write,
}

/// <summary>Why a request is answered with 503.</summary>
public enum RefusalReason
{
    /// <summary>It would write, and the site does not accept writes.</summary>
    WriteRefused,

    /// <summary>The site is closed, and this is one who wants to look at it.</summary>
    Maintenance,

    /// <summary>No web server can have it.</summary>
    NoUpstream,

    /// <summary>It was sent to a web server that failed before it answered; whether it was done is not known.</summary>
    WriteInterrupted,
}

/// <summary>The request policy, to be read from top to bottom.</summary>
public static class RequestPolicy
{
    /// <param name="view">As of the request's moment.</param>
    /// <param name="isSafe">Whether its method only reads (<see cref="RequestRules.IsSafe"/>). Asked of <see cref="RequestKind.Pass"/>
    /// alone.</param>
    public static Verdict Decide(RequestKind kind, GuardView view, bool isSafe = false)
    {
        if (view.Mode == SiteMode.Maintenance)
            return Verdict.Refuse;

        return kind switch
        {
            RequestKind.Read => Verdict.Read,
            // A login without the primary ends in the application's own raw error; its form is a page like any other.
            RequestKind.Pass when view.IsPrimaryGone => isSafe ? Verdict.Read : Verdict.Refuse,
            RequestKind.Pass => Verdict.Write,
            RequestKind.Write => view.Mode == SiteMode.Normal ? Verdict.Write : Verdict.Refuse,
            _ => throw new UnreachableException($"request kind {kind}"),
        };
    }

    /// <summary>Why <see cref="Decide"/> refuses a request of that kind.</summary>
    /// <param name="isSafe">Whether its method only reads. A member who only looks learns that the site is closed, also by a method that a
    /// rule calls a read.</param>
    public static RefusalReason ReasonOf(RequestKind kind, GuardView view, bool isSafe) =>
        view.Mode == SiteMode.Maintenance && (isSafe || kind == RequestKind.Read) ? RefusalReason.Maintenance : RefusalReason.WriteRefused;
}
