using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public sealed class ForwardedValuesTests
{
    [Theory]
    [InlineData("https", "https")]
    [InlineData("HTTPS", "https")]
    [InlineData("https, http", "https")]
    [InlineData(" Https ,http", "https")]
    [InlineData("http,https", "http")]
    [InlineData("https|http", "https")]
    [InlineData("javascript", null)]
    [InlineData("", null)]
    [InlineData(", https", null)]
    public void The_first_scheme_counts_in_any_case(string lines, string? scheme) =>
        Assert.Equal(scheme, ForwardedValues.SchemeOf(lines.Split('|')));

    [Theory]
    [InlineData("443", "443")]
    [InlineData("443, 80", "443")]
    [InlineData("0443", "443")]
    [InlineData("0", null)]
    [InlineData("65536", null)]
    [InlineData("-1", null)]
    [InlineData("443 ", "443")]
    [InlineData("443\r\nX: y", null)]
    public void A_port_is_a_number_that_a_port_can_have(string line, string? port) =>
        Assert.Equal(port, ForwardedValues.PortOf([line]));

    [Theory]
    [InlineData("/photos", "/photos")]
    [InlineData("/photos/, /inner", "/photos/")]
    [InlineData("//evil.example", null)]
    [InlineData("/a//b", null)]
    [InlineData("photos", null)]
    [InlineData("/a\"onclick=", null)]
    [InlineData("/<script>", null)]
    public void A_prefix_is_a_path_of_plain_segments(string line, string? prefix) =>
        Assert.Equal(prefix, ForwardedValues.PrefixOf([line]));
}
