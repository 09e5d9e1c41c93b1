using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Routing;

namespace ProxyGuard.Core.Tests.Guarding;

public sealed class SiteReachTests
{
    // What works through those that answered, through those that may, and through all: r reads, w writes.
    [Theory]
    [InlineData("rw", "rw", "rw", SiteReach.Full)]
    [InlineData("", "rw", "rw", SiteReach.Unknown)]
    [InlineData("r", "rw", "rw", SiteReach.Unknown)]
    [InlineData("r", "r", "rw", SiteReach.ReadsOnly)]
    [InlineData("", "r", "rw", SiteReach.ReadsOnly)]
    [InlineData("", "", "rw", SiteReach.None)]
    [InlineData("w", "w", "rw", SiteReach.None)]
    [InlineData("r", "r", "r", SiteReach.Full)] // where nobody could write anyway, no web server is to blame
    [InlineData("", "", "", SiteReach.Full)]
    public void Web_servers_limit_the_site_only_for_what_would_work_if_all_of_them_answered(
        string heardOf, string perhaps, string all, SiteReach reach)
    {
        Assert.Equal(reach, WebServersSeen.ReachOf(Of(heardOf), Of(perhaps), Of(all)));

        static (bool, bool) Of(string works) => (works.Contains('r'), works.Contains('w'));
    }

    [Theory]
    [InlineData(SiteReach.None, SiteMode.Normal, true)]
    [InlineData(SiteReach.None, SiteMode.ReadOnly, true)]
    [InlineData(SiteReach.None, SiteMode.Maintenance, false)]
    [InlineData(SiteReach.ReadsOnly, SiteMode.Normal, true)]
    [InlineData(SiteReach.ReadsOnly, SiteMode.ReadOnly, false)]
    [InlineData(SiteReach.ReadsOnly, SiteMode.Maintenance, false)]
    [InlineData(SiteReach.Full, SiteMode.ReadOnly, false)]
    [InlineData(SiteReach.Unknown, SiteMode.Normal, false)]
    public void Web_servers_are_the_cause_if_they_block_what_the_mode_allows(SiteReach reach, SiteMode mode, bool isCause)
    {
        Cause? cause = mode == SiteMode.Normal ? null : Cause.ReplicasStuck;

        Assert.Equal(
            isCause ? Cause.WebServersUnreachable : cause,
            new WebServersSeen([], reach, new MonotonicInstant(TimeSpan.Zero)).CauseOf(mode, cause));
    }

    // Each word is a request that was not answered: path, then member (- for one that nobody can tell).
    [Theory]
    [InlineData("a1 a1 a1 a1", false)]
    [InlineData("a1 b1 c1 d1", false)]
    [InlineData("a1 a2 a3 a4", false)]
    [InlineData("a1 b2 b2", false)]
    [InlineData("a- b- c-", false)]
    [InlineData("a1 b2 c3", true)]
    [InlineData("a1 a1 b1 c2 a3", true)]
    public void Failures_of_several_members_at_several_paths_are_blamed_on_the_web_server(string requests, bool isOfTheServer) =>
        Assert.Equal(
            isOfTheServer,
            requests.Split(' ').Aggregate(
                FailureRow.Empty, (row, request) => row.With(request[0], request[1] == '-' ? null : request[1])).IsOfTheServer);
}
