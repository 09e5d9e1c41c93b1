using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;
using ProxyGuard.Telling.Pages;
using ProxyGuard.Telling.Status;

namespace ProxyGuard.Tests.Telling.Status;

/// <summary>Statuses as they come, and every one that can.</summary>
internal static class Statuses
{
    public const string Prefix = "/_proxyguard/";

    public static readonly PageSite Site = new(Prefix, ["en", "de", "fr"]);

    public static readonly DateTimeOffset At = new(2026, 11, 22, 18, 2, 11, TimeSpan.Zero);

    public static readonly StatusDocument Normal = new()
    {
        Site = "Photo Club",
        Mode = SiteMode.Normal,
        Cause = null,
        Since = At.AddDays(-3),
        AsOf = null,
        IsCurrent = true,
        CatchUp = null,
        Message = ImmutableSortedDictionary<string, string>.Empty,
        EndsAt = null,
        RetryAfter = null,
        Revision = 4711,
        At = At,
    };

    public static readonly CatchUp Going = new()
    {
        State = CatchUpState.CatchingUp,
        Percent = 62.4,
        Behind = TimeSpan.FromSeconds(1234.5),
        QueueBytes = 305_462_762,
        BytesPerSecond = 14_500_000,
        Remaining = new Remaining(TimeSpan.FromSeconds(130), TimeSpan.FromSeconds(160), TimeSpan.FromSeconds(230)),
    };

    public static readonly CatchUp Stuck =
        new() { State = CatchUpState.Stuck, Percent = 12.3, Behind = TimeSpan.FromHours(18), QueueBytes = 2_400_000_000 };

    public static readonly CatchUp Growing = Going with { State = CatchUpState.Growing, Remaining = null };

    public static readonly CatchUp Done = new()
    {
        State = CatchUpState.Done,
        Percent = 100,
        Behind = TimeSpan.Zero,
        QueueBytes = 0,
        Remaining = new Remaining(TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero),
    };

    /// <summary>State known, nothing else.</summary>
    public static readonly CatchUp Unmeasured = new() { State = CatchUpState.CatchingUp };

    public static readonly IReadOnlyList<SubmittedField> Typed =
    [
        SubmittedField.Of("title", "Morning fog over the river"),
        SubmittedField.Of("comment", "\nWhat a mood!\nDid you use a filter, or was the light really like that?"),
    ];

    public static StatusDocument ReadOnly(Cause cause, CatchUp? catchUp = null) => Normal with
    {
        Mode = SiteMode.ReadOnly,
        Cause = cause,
        Observed = cause == Cause.Operator ? null : cause,
        Since = At.AddMinutes(-22),
        AsOf = At.AddMinutes(-23),
        IsCurrent = false,
        CatchUp = catchUp,
        RetryAfter = TimeSpan.FromSeconds(212),
    };

    public static StatusDocument Maintenance =>
        ReadOnly(Cause.Operator) with { Mode = SiteMode.Maintenance, AsOf = null, IsCurrent = true };

    /// <summary>Every mode with every cause it can have, every state of the catch-up, with and without words and an end.</summary>
    public static IEnumerable<StatusDocument> All()
    {
        foreach (StatusDocument plain in Plain())
        {
            yield return plain;
            yield return plain with { IsCurrent = false, AsOf = null };
            yield return plain with { IsCurrent = true, AsOf = null };
            yield return plain with
            {
                EndsAt = At.AddHours(2),
                Message = ImmutableSortedDictionary<string,
                string>.Empty.Add("de", "Wir sind dran.")
            };
        }
    }

    private static IEnumerable<StatusDocument> Plain()
    {
        foreach (CatchUp? catchUp in (CatchUp?[])[null, Going, Stuck, Growing, Done, Unmeasured])
        {
            yield return Normal with { CatchUp = catchUp };
            yield return Normal with { CatchUp = catchUp, IsCurrent = false, AsOf = At.AddMinutes(-5) };
            yield return Maintenance with { CatchUp = catchUp };
            foreach (Cause cause in Enum.GetValues<Cause>())
            {
                if (cause == Cause.WebServersUnreachable)
                {
                    // Never a view's own: told of the web servers, whatever the mode is.
                    yield return ReadOnly(cause, catchUp) with { Observed = null, Reach = SiteReach.None };
                    yield return Normal with { CatchUp = catchUp, Cause = cause, Reach = SiteReach.None };
                    yield return Normal with { CatchUp = catchUp, Cause = cause, Reach = SiteReach.ReadsOnly };
                    continue;
                }

                yield return ReadOnly(cause, catchUp);
                if (cause == Cause.Operator)
                    continue;
                // What the probes see beneath each kind of hold.
                yield return ReadOnly(Cause.Operator, catchUp) with { Observed = cause };
                yield return Maintenance with { CatchUp = catchUp, Observed = cause };
                yield return Normal with { CatchUp = catchUp, Observed = cause };
            }
        }
    }
}
