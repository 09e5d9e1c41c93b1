using CsCheck;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Core.Tests.Replication;
using static ProxyGuard.Core.Tests.Replication.Ticks;

namespace ProxyGuard.Core.Tests.Guarding;

/// <summary>
/// The percent that members see, over whole incidents: replicas that stop and go on, writes that pass us, restarts of ProxyGuard.
/// </summary>
public class ShownPercentTests
{
    private const long Megabyte = 1_000_000;

    private enum Event
    {
        None,
        FirstStops,
        FirstGoesOn,
        SecondStops,
        SecondGoesOn,
        PrimaryIsSilent,
        Restart,
    }

    private static readonly Gen<(Event What, int First, int Second, int Written, int Ticks)[]> Stories = Gen.Select(
        Gen.Frequency(
            (2, Gen.Const(Event.None)), (3, Gen.Const(Event.FirstStops)), (
                3, Gen.Const(Event.FirstGoesOn)), (3, Gen.Const(Event.SecondStops)), (
                3, Gen.Const(Event.SecondGoesOn)),
            (1, Gen.Const(Event.PrimaryIsSilent)), (2, Gen.Const(Event.Restart))),
        Gen.Int[0, 5],
        Gen.Int[0, 5],
        Gen.Frequency((2, Gen.Const(0)), (2, Gen.Int[1, 4])),
        Gen.Int[1, 20]).Array[5, 30];

    [Fact]
    public void The_percentage_never_falls_in_an_incident_and_reaches_100_only_at_its_end() => Gen.Select(Stories, Gen.Int[1, 2]).Sample(
        (story, minFresh) =>
        {
            double shown = 0;
            foreach (GuardView view in Views(story, minFresh))
            {
                if (view.Incident is null)
                    shown = 0;
                if (view.CatchUp is not { Percent: { } percent } catchUp)
                    continue;
                if (percent < shown || (percent == 100) != (catchUp.State == CatchUpState.Done))
                    return false;
                shown = percent;
            }

            return true;
        },
        iter: 1_000);

    [Fact]
    public void The_percentage_does_not_fall_while_the_backlog_grows()
    {
        (Event, int, int, int, int)[] story =
        [
            (Event.FirstStops, 0, 0, 4, 1), (
                Event.SecondStops, 0, 0, 4,
                20), (Event.FirstGoesOn, 4, 0, 0, 8), (Event.FirstStops, 0, 0, 4, 20), (Event.Restart, 0, 0, 4, 5),
            (Event.FirstGoesOn, 5, 0, 0, 5),
        ];

        double?[] shown =
        [
            .. Views(story, minFresh: 1).Where(view => view.Incident is not null).Select(view => view.CatchUp?.Percent)
            .Where(percent => percent > 0).Distinct(),
        ];

        Assert.InRange(shown.Length, 5, 15);
        Assert.Equal(shown.Order(), shown);
    }

    private static IEnumerable<GuardView> Views((Event What, int First, int Second, int Written, int Ticks)[] story, int minFresh)
    {
        var site = new Site(minFresh);
        site.Tick(Megabyte, Megabyte, Megabyte);
        for (int tick = 0; tick < 5; tick++)
            yield return site.Tick(Megabyte, Megabyte, Megabyte);
        foreach ((Event what, int first, int second, int written, int ticks) in story)
        {
            site.Happens(what);
            for (int tick = 0; tick < ticks; tick++)
                yield return site.Tick(
                    first * Megabyte, second * Megabyte, written * Megabyte, primaryAnswers: what != Event.PrimaryIsSilent);
        }
    }

    /// <summary>A primary and two replicas, as its ticks see them.</summary>
    private sealed class Site
    {
        private readonly GuardRules _rules;
        private readonly bool[] _applies = [true, true];
        private readonly long[] _executed = [1_000, 1_000];
        private Ticks _ticks = Fleet();
        private GuardView _view;
        private long _head = 1_000;

        public Site(int minFresh)
        {
            _rules = new GuardRules
            {
                Site = new SiteRules("Photo Club", ["en"]),
                Fleet = _ticks.Rules,
                Probe = new ProbeRules { Interval = TimeSpan.FromSeconds(0.5), Timeout = TimeSpan.FromSeconds(0.4) },
                ReadOnly = new ReadOnlyRules { MinFreshReplicas = minFresh, ReopenAfter = TimeSpan.FromSeconds(5) },
                Requests = RequestRules.None,
            };
            _view = GuardPolicy.Start(_ticks.Fleet, recalled: null, hold: null, _ticks.Now, _rules);
        }

        public void Happens(Event what)
        {
            if (what is Event.FirstStops or Event.FirstGoesOn)
                _applies[0] = what == Event.FirstGoesOn;
            if (what is Event.SecondStops or Event.SecondGoesOn)
                _applies[1] = what == Event.SecondGoesOn;
            if (what != Event.Restart)
                return;
            _ticks = Fleet().Restore(_ticks);
            _view = GuardPolicy.Start(
                _ticks.Fleet, _view.Incident is { SawFault: true } open ? open : null, hold: null, _ticks.Now, _rules);
        }

        public GuardView Tick(long first, long second, long written, bool primaryAnswers = true)
        {
            _head += written;
            Func<MonotonicInstant, NodeReading> primary = primaryAnswers ? Primary(_head) : Silent();
            _ticks.Tick(primary, Replica(0, first), Replica(1, second));
            return _view = GuardPolicy.Next(_view, _ticks.Fleet, hold: null, _ticks.Now, _rules);
        }

        private Func<MonotonicInstant, NodeReading> Replica(int which, long applied)
        {
            if (_applies[which])
                _executed[which] = Math.Min(_head, _executed[which] + applied);
            return Ticks.Replica(_executed[which], sql: _applies[which] ? ReplicationThread.Yes : ReplicationThread.No, server: which + 2);
        }

        private static Ticks Fleet() => new(PrimaryNode, Node("db2"), Node("db3"));
    }
}
