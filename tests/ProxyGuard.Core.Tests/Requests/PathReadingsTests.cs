using CsCheck;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class PathReadingsTests
{
    private static readonly Gen<string> Parts = Gen.OneOf([.. ((string[])[
        "/", "/", "/", "a", "B", "1", ".", "..", "...", "%2e", "%2F", "%5c", "%25", "%c0%af", "%00", "%C3%A4", "%ff", "%u002f", "%", "%zz",
            "\\", ";x", "&", "+", "!", "x.php", "index.php", ":", "~"])
        .Select(part => Gen.Const(part))]);

    private static readonly Gen<string> Paths = Parts.List[0, 8].Select(parts => "/" + string.Concat(parts));

    [Theory]
    [InlineData("/photos/5")]
    [InlineData("/photos/5/")]
    [InlineData("/.well-known/a.b.c/x.html")]
    [InlineData("/w/api.php")]
    [InlineData("/a-b_c.d/E9")]
    public void A_plain_path_has_one_interpretation(string path)
    {
        Assert.True(PathReadings.IsOnlyOne(path));
        Assert.Equal([path], PathReadings.Of(path).Paths);
    }

    [Theory]
    [InlineData("/a%2Fb", "/a%2Fb", "/a/b")]
    [InlineData("/a%252Fb", "/a%252Fb", "/a%2Fb", "/a/b")]
    [InlineData("/a;b/c", "/a;b/c", "/a/c", "/a")]
    [InlineData("/a//b", "/a//b", "/a/b")]
    [InlineData("//a/b", "//a/b", "/a/b", "/b")]
    [InlineData("/a/./b", "/a/./b", "/a/b")]
    [InlineData("/a/../b", "/a/../b", "/b", "/a/b")]
    [InlineData("/a.", "/a.", "/a")]
    [InlineData("/a:b", "/a:b", "/ab")]
    [InlineData("/s/x.php/b", "/s/x.php/b", "/s/x.php", "/b", "/s/b")]
    [InlineData("/s/index.php", "/s/index.php", "/s/")]
    public void An_ambiguous_path_has_every_known_interpretation(string path, params string[] readings)
    {
        Assert.False(PathReadings.IsOnlyOne(path));
        IReadOnlyList<string> found = PathReadings.Of(path).Paths;
        Assert.All(readings, reading => Assert.Contains(reading, found));
    }

    [Fact]
    public void A_path_with_one_interpretation_is_unchanged_by_any_rewriting() =>
        Paths.Sample(path => !PathReadings.IsOnlyOne(path) || PathReadings.Of(path) is { AreAll: true, Paths.Count: 1 }, iter: 50_000);

    [Fact]
    public void Interpretations_of_a_path_are_transitive() =>
        Paths.Sample(
            path =>
                PathReadings.Of(path) is var readings
                    && (!readings.AreAll || readings.Paths.All(reading => PathReadings.Of(reading).Paths.All(readings.Paths.Contains))),
            iter: 200);

    /// <summary>The longest target that is let in, made of what has the most readings.</summary>
    [Theory]
    [InlineData("%25")]
    [InlineData("/..;a\\%2525252f")]
    [InlineData("/x.php/%c0%af&.")]
    [InlineData("\\%00//..")]
    public void Hostile_paths_are_interpreted_at_bounded_cost(string part)
    {
        string path = "/" + string.Concat(Enumerable.Repeat(part, 65_536 / part.Length));
        PathReadings.Of(path);
        long before = GC.GetAllocatedBytesForCurrentThread();
        PathReadings readings = PathReadings.Of(path);

        Assert.InRange(readings.Paths.Sum(reading => reading.Length), 0, 64 * 1024);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000_000);
    }
}
