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
    public void A_runtime_with_known_vulnerabilities_gives_a_warning(string version, bool isWell) =>
        Assert.Equal(isWell, RuntimeLevel.Warning(Version.Parse(version)) is null);

    [Fact]
    public void The_runtime_warning_names_the_running_and_the_required_version() =>
        Assert.StartsWith(
            $".NET 10.0.1 is older than {RuntimeLevel.Wanted},", RuntimeLevel.Warning(new Version(10, 0, 1)), StringComparison.Ordinal);
}
