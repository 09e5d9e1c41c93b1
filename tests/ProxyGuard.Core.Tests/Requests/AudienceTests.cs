using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

public class AudienceTests
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8";
    private const string Form = "application/x-www-form-urlencoded";

    [Theory]
    [InlineData(Browser, null, "document", Form, Audience.People)]
    [InlineData(Browser, null, null, Form, Audience.People)]
    [InlineData(Browser, null, "iframe", "multipart/form-data; boundary=x", Audience.People)]
    [InlineData(Browser, "XMLHttpRequest", null, Form, Audience.Program)]
    [InlineData(Browser, "com.example.app", "document", null, Audience.People)] // Android's WebView sends the app's name
    [InlineData(Browser, null, "empty", Form, Audience.Program)]
    [InlineData(Browser, null, "image", null, Audience.Program)]
    [InlineData(Browser, null, null, "application/json", Audience.Program)]
    [InlineData("*/*", null, "document", null, Audience.Program)]
    [InlineData("*/*", null, null, Form, Audience.Program)] // curl
    [InlineData(null, null, null, Form, Audience.Program)]
    [InlineData("application/json, text/plain, */*", null, null, Form, Audience.Program)] // axios
    [InlineData("application/json, text/javascript, */*; q=0.01", null, null, Form, Audience.Program)] // jQuery
    [InlineData("text/html, */*; q=0.01", null, null, Form, Audience.People)]
    [InlineData("text/html;q=0.5, application/json", null, null, Form, Audience.Program)]
    [InlineData("text/html, application/json;q=0.9", null, null, Form, Audience.People)]
    [InlineData("text/html;q=0, */*", null, null, Form, Audience.Program)]
    [InlineData("TEXT/HTML;level=1;q=0.7", null, null, Form, Audience.People)]
    [InlineData("text/html;q=nonsense", null, null, Form, Audience.Program)]
    [InlineData(",,;,", null, null, Form, Audience.Program)]
    public void People_get_a_page_and_programs_get_problem_json(
        string? accept, string? xRequestedWith, string? dest, string? contentType, Audience audience) =>
        Assert.Equal(audience, Audiences.Of(accept, xRequestedWith, dest, contentType));
}
