using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Tests.Ground.Hosting;

public class RuntimeLevelTests
{
    [Theory]
    [InlineData("10.0.13", true)]
    [InlineData("10.0.14", true)]
    [InlineData("11.0.0", true)]
    [InlineData("10.0.12", false)]
    [InlineData("10.0.0", false)]
    public void A_runtime_with_known_holes_is_said_to_be_old(string version, bool isWell) =>
        Assert.Equal(isWell, RuntimeLevel.Warning(Version.Parse(version)) is null);

    [Fact]
    public void It_says_what_runs_and_what_should() =>
        Assert.StartsWith(
            $".NET 10.0.1 is older than {RuntimeLevel.Wanted},", RuntimeLevel.Warning(new Version(10, 0, 1)), StringComparison.Ordinal);
}
