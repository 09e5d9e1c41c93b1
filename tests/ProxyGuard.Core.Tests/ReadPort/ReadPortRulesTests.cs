using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Core.Tests.ReadPort;

public class ReadPortRulesTests
{
    private static readonly ReadPortRules Rules =
        new() { MaxConnections = 1000, DrainAfter = TimeSpan.FromSeconds(30), EndAfter = TimeSpan.FromSeconds(300) };

    [Fact]
    public void A_connection_to_a_node_in_rotation_is_kept() => Assert.False(Ends(Idle(), left: null, quiet: 10_000));

    [Theory]
    [InlineData(29, 3600, false)]
    [InlineData(30, 0.5, false)] // another command may be on its way
    [InlineData(30, 1, true)]
    [InlineData(300, 0, true)]
    public void An_idle_connection_is_closed_at_the_drain_deadline(double left, double quiet, bool ends) =>
        Assert.Equal(ends, Ends(Idle(), left, quiet));

    [Theory]
    [InlineData(30, 3600, false)]
    [InlineData(299, 3600, false)]
    [InlineData(300, 0, true)]
    public void A_busy_connection_is_closed_at_the_final_deadline(double left, double quiet, bool ends) =>
        Assert.Equal(ends, Ends(new Conversation(), left, quiet));

    [Fact]
    public void A_half_closed_connection_is_closed_when_the_other_direction_goes_quiet()
    {
        Assert.True(Rules.Ends(new Conversation(), null, halfClosed: true, TimeSpan.FromSeconds(300)));
        Assert.False(Rules.Ends(new Conversation(), null, halfClosed: true, TimeSpan.FromSeconds(299)));
    }

    private static bool Ends(Conversation talk, double? left, double quiet) =>
        Rules.Ends(talk, left is { } seconds ? TimeSpan.FromSeconds(seconds) : null, halfClosed: false, TimeSpan.FromSeconds(quiet));

    private static Conversation Idle() => Talk.LoggedIn().About;
}
