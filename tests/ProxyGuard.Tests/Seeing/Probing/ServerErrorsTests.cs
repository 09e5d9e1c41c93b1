using ProxyGuard.Seeing.Probing;

namespace ProxyGuard.Tests.Seeing.Probing;

public sealed class ServerErrorsTests
{
    [Theory]
    [InlineData(0L, "")]
    [InlineData(null, null)]
    [InlineData(0L, null)]
    public void An_error_without_number_and_text_is_no_error(long? number, string? text) => Assert.Null(ServerErrors.Read(number, text));

    [Theory]
    [InlineData(0L, "Query caused different errors on master and slave. Error on slave: actual message='no error', error code=0.", 0)]
    [InlineData(1062L, "", 1062)]
    [InlineData(13114L, "Got fatal error 1236 from source when reading data from binary log: 'x'", 1236)]
    public void An_error_text_counts_as_an_error_whatever_its_number(long number, string text, int known) =>
        Assert.Equal((known, text), (ServerErrors.Read(number, text)!.Number, ServerErrors.Read(number, text)!.Text));
}
