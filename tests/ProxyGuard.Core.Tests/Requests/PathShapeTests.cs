using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class PathShapeTests
{
    [Theory]
    [InlineData("/", "/")]
    [InlineData("/photo/123", "/photo/*")]
    [InlineData("/photo/123/like", "/photo/*/like")]
    [InlineData("/photo//like/", "/photo//like/")]
    [InlineData("/u/3f2504e0-4f89-11d3-9a0c-0305e82c3301", "/u/*")]
    [InlineData("/t/0b3074d6a1004c1cbbddc49d90bbd052", "/t/*")]
    [InlineData("/t/x23456789012345678901234", "/t/x23456789012345678901234")] // 24 characters
    [InlineData("/t/x234567890123456789012345", "/t/*")]
    [InlineData("/my-holiday-at-the-lake-in-2026", "/my-holiday-at-the-lake-in-2026")]
    [InlineData("/Donaudampfschifffahrtsgesellschaft", "/Donaudampfschifffahrtsgesellschaft")]
    [InlineData("*", "*")]
    [InlineData("", "")]
    public void Path_segments_that_are_numbers_or_generated_ids_become_wildcards(string path, string shape) =>
        Assert.Equal(shape, PathShape.Of(path));

    [Fact]
    public void An_overlong_path_is_truncated() =>
        Assert.Equal("/" + new string('-', 199) + "…", PathShape.Of("/" + new string('-', 10_000)));
}
