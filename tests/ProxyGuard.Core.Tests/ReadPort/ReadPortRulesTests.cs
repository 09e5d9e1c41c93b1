using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Core.Tests.ReadPort;

public class ReadPortRulesTests
{
    private static readonly ReadPortRules Rules =
        new() { MaxConnections = 1000, DrainAfter = TimeSpan.FromSeconds(30), EndAfter = TimeSpan.FromSeconds(300) };

    [Fact]
    public void A_connection_to_a_node_that_is_read_from_goes_on() => Assert.False(Ends(Idle(), left: null, quiet: 10_000));

    [Theory]
    [InlineData(29, 3600, false)]
    [InlineData(30, 0.5, false)] // another command may be on its way
    [InlineData(30, 1, true)]
    [InlineData(300, 0, true)]
    public void One_that_is_idle_ends_at_the_first_deadline(double left, double quiet, bool ends) =>
        Assert.Equal(ends, Ends(Idle(), left, quiet));

    [Theory]
    [InlineData(30, 3600, false)]
    [InlineData(299, 3600, false)]
    [InlineData(300, 0, true)]
    public void One_with_a_reply_under_way_ends_at_the_second(double left, double quiet, bool ends) =>
        Assert.Equal(ends, Ends(new Conversation(), left, quiet));

    [Fact]
    public void One_that_is_closed_one_way_ends_when_nothing_comes_the_other_way()
    {
        Assert.True(Rules.Ends(new Conversation(), null, halfClosed: true, TimeSpan.FromSeconds(300)));
        Assert.False(Rules.Ends(new Conversation(), null, halfClosed: true, TimeSpan.FromSeconds(299)));
    }

    private static bool Ends(Conversation talk, double? left, double quiet) =>
        Rules.Ends(talk, left is { } seconds ? TimeSpan.FromSeconds(seconds) : null, halfClosed: false, TimeSpan.FromSeconds(quiet));

    private static Conversation Idle() => Talk.LoggedIn().About;
}
