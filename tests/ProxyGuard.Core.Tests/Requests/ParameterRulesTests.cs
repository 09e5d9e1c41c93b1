using System.Text;
using ProxyGuard.Core.Requests;

namespace ProxyGuard.Core.Tests.Requests;

/// <summary>Rules that ask for parameters: what lets a request through needs one reading of all that it says, what refuses takes any.</summary>
public sealed class ParameterRulesTests
{
    private const string UrlEncoded = "application/x-www-form-urlencoded";
    private const string InParts = "multipart/form-data; boundary=----WebKitFormBoundaryx7";

    private static readonly RequestRules Rules = new([
        Rule("POST", "/api.php", RequestKind.Pass, form: [("action", "logout")]),
        Rule("POST", "/api.php", RequestKind.Read, form: [("action", "query")]),
        Rule("POST", "/index.php", RequestKind.Read, query: [("action", "submit")], form: [("wpPreview", "*")]),
        Rule("POST", "/index.php", RequestKind.Pass, query: [("title", "Special:UserLogin")]),
        Rule("POST", "/login.php", RequestKind.Write, query: [("action", "*")]),
        Rule("POST", "/login.php", RequestKind.Pass),
        Rule("GET", "/list.php", RequestKind.Read, query: [("action", "-1")]),
        Rule("GET", "/list.php", RequestKind.Write, query: [("action", "*"), ("_wpnonce", "*")]),
        Rule("GET", "/login.php", RequestKind.Pass, query: [("action", "logout")]),
    ]);

    [Theory]
    [InlineData("/api.php", "action=logout&token=a%2Bb%5C", RequestKind.Pass)]
    [InlineData("/api.php", "action=query&list=search&srsearch=caf%C3%A9", RequestKind.Read)]
    [InlineData("/api.php?format=json", "action=query", RequestKind.Read)]
    [InlineData("/api.php?action=logout", "action=logout", RequestKind.Pass)]
    [InlineData("/api.php", "a+ction=delete&action=query", RequestKind.Read)]
    [InlineData("/api.php", "", RequestKind.Write)]
    [InlineData("/api.php", "action=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=Logout", RequestKind.Write)]
    [InlineData("/api.php", "Action=logout", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&action=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&ACTION=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&action[]=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&action%5B%5D=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&action%255B%255D=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&+action=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&%61ction=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&action%00x=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout;action=edit", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&x=1;action=edit", RequestKind.Write)]
    [InlineData("/api.php", "%61ction=logout", RequestKind.Write)]
    [InlineData("/api.php", "action=logout%", RequestKind.Write)]
    [InlineData("/api.php", "action=logout%00", RequestKind.Write)]
    [InlineData("/api.php", "action=logout%FF", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&_method=DELETE", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&%5Fmethod=DELETE", RequestKind.Write)]
    [InlineData("/api.php", "action=logout&.method=DELETE", RequestKind.Write)]
    [InlineData("/api.php?action=edit", "action=logout", RequestKind.Write)]
    [InlineData("/api.php?action[]=edit", "action=logout", RequestKind.Write)]
    [InlineData("/api.php?a;action=edit", "action=logout", RequestKind.Write)]
    [InlineData("/api.php?action=logout", "", RequestKind.Write)]
    [InlineData("/api.php/", "action=logout", RequestKind.Write)]
    [InlineData("/x/../api.php", "action=logout", RequestKind.Write)]
    [InlineData("/index.php?title=Special:UserLogin&returnto=Main+Page", "wpName=a&title=Special%3AUserLogin", RequestKind.Pass)]
    [InlineData("/index.php?title=Special%3AUserLogin", "wpName=a", RequestKind.Pass)]
    [InlineData("/index.php?title=Special:UserLogin", "title=Main_Page", RequestKind.Write)]
    [InlineData("/index.php", "title=Special:UserLogin", RequestKind.Write)]
    [InlineData("/login.php", "log=a&pwd=b", RequestKind.Pass)]
    [InlineData("/login.php", "log=a&pwd=b&action=register", RequestKind.Write)]
    [InlineData("/login.php?ACTION[x]=register", "log=a&pwd=b", RequestKind.Write)]
    public void A_POST_is_let_through_by_a_parameter_that_everybody_reads_alike(string target, string form, RequestKind kind)
    {
        RequestParameters whole = Whole(target, form);

        Assert.Equal(kind, Rules.ClassifyWhole("POST", target, whole));
        // Its head alone never lets it through.
        Assert.Equal(RequestKind.Write, Rules.Classify("POST", target));
    }

    [Theory]
    [InlineData("action=edit", RequestKind.Write)]
    [InlineData("action=%20\ud83d\udcf7", RequestKind.Write)]
    [InlineData("lang=de", RequestKind.Pass)]
    public void A_cookie_counts_where_an_application_takes_it_for_a_parameter(string cookies, RequestKind kind) =>
        Assert.Equal(kind, Rules.ClassifyWhole(
            "POST", "/api.php", RequestParameters.Of("", $"a=b; {cookies}", UrlEncoded, "action=logout"u8)));

    [Theory]
    [InlineData("application/json")]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded; charset=utf-16")]
    [InlineData("application/x-www-form-urlencodedx")]
    [InlineData("")]
    [InlineData(null)]
    public void A_body_that_is_no_plain_form_lets_nothing_through(string? contentType)
    {
        RequestParameters whole = RequestParameters.Of("", "", contentType, "action=logout"u8);

        Assert.False(whole.AreAll);
        Assert.Equal(RequestKind.Write, Rules.ClassifyWhole("POST", "/api.php", whole));
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded; charset=UTF-8")]
    [InlineData("application/x-www-form-urlencoded;charset=utf-8")]
    [InlineData("APPLICATION/X-WWW-FORM-URLENCODED")]
    public void A_form_may_say_that_it_is_in_UTF_8(string contentType) => Assert.Equal(
        RequestKind.Pass, Rules.ClassifyWhole("POST", "/api.php", RequestParameters.Of("", "", contentType, "action=logout"u8)));

    [Theory]
    [InlineData("/api.php", true)]
    [InlineData("/api.php?x=1", true)]
    [InlineData("/index.php?action=submit", true)]
    [InlineData("/index.php?action=history", false)]
    [InlineData("/login.php", true)]
    [InlineData("/comments", false)]
    [InlineData("/api.php/x", false)]
    public void A_body_is_asked_for_only_where_a_rule_could_fit(string target, bool depends) =>
        Assert.Equal(depends, Rules.DependsOnBody("POST", target));

    [Theory]
    [InlineData("/list.php?action=trash&_wpnonce=a", true)]
    [InlineData("/list.php?_wpnonce=&action=trash", true)]
    [InlineData("/list.php?ACTION=trash&_wpnonce=a", true)]
    [InlineData("/list.php?%61ction=trash&_wpnonce=a", true)]
    [InlineData("/list.php?action[]=trash&.wpnonce=a", true)]
    [InlineData("/list.php?x;action=trash;_wpnonce=a", true)]
    [InlineData("/list.php/x?action=trash&_wpnonce=a", true)]
    [InlineData("/LIST.php?action=trash&_wpnonce=a", true)]
    [InlineData("/list.php?action=-1&_wpnonce=a&action=trash", true)]
    [InlineData("/list.php?action=-1&_wpnonce=a", false)]
    [InlineData("/list.php?action=trash", false)]
    [InlineData("/list.php?q=action=trash&_wpnonce=a", false)]
    public void A_link_that_does_something_is_found_in_every_spelling(string target, bool isWrite) =>
        Assert.Equal(isWrite, Rules.Classify("GET", target) == RequestKind.Write || Rules.MayWrite("GET", target));

    [Theory]
    [InlineData("*", "", true)]
    [InlineData("*", "x", true)]
    [InlineData("*:*", "a:b", true)]
    [InlineData("*:*", ":", true)]
    [InlineData("*:*", "ab", false)]
    [InlineData("Talk:*", "Talk:A", true)]
    [InlineData("Talk:*", "Sandbox_talk:A", false)]
    [InlineData("a*b*c", "abc", true)]
    [InlineData("a*b*c", "axbxbxc", true)]
    [InlineData("a*b*c", "acb", false)]
    [InlineData("a*a", "a", false)]
    [InlineData("*a", "ba", true)]
    [InlineData("*a", "ab", false)]
    public void A_star_in_a_value_stands_for_anything(string wanted, string value, bool fits)
    {
        ParameterPattern pattern = ParameterPattern.TryCreate([new("p", wanted)], out _)!;
        var parameters = RequestParameters.OfQuery($"?p={value}");

        Assert.Equal(fits, pattern.MatchesOnly(parameters, ParameterSource.Query));
        Assert.Equal(fits, pattern.MatchesAny(parameters));
    }

    [Fact]
    public void A_query_with_more_parameters_than_are_read_hides_nothing()
    {
        string target = $"/list.php?{string.Concat(Enumerable.Range(0, 600).Select(number => $"p{number}=1&"))}action=trash&_wpnonce=a";

        Assert.Equal(RequestKind.Write, Rules.Classify("GET", target));
    }

    [Fact]
    public void A_logout_by_GET_passes()
    {
        Assert.Equal(RequestKind.Pass, Rules.Classify("GET", "/login.php?action=logout&_wpnonce=1"));
        Assert.Equal(RequestKind.Read, Rules.Classify("GET", "/login.php"));
    }

    [Fact]
    public void A_preview_in_a_form_in_parts_is_a_read()
    {
        const string Target = "/index.php?title=A&action=submit";
        byte[] preview = Parts(("wpTextbox1", "a\r\nb"), ("wpPreview", "Vorschau zeigen – ä"));
        byte[] save = Parts(("wpTextbox1", "a"), ("wpSave", "x"));

        Assert.Equal(RequestKind.Read, Rules.ClassifyWhole("POST", Target, RequestParameters.Of("?title=A&action=submit", "", InParts, preview)));
        Assert.Equal(RequestKind.Write, Rules.ClassifyWhole("POST", Target, RequestParameters.Of("?title=A&action=submit", "", InParts, save)));
    }

    [Fact]
    public void A_file_is_no_parameter()
    {
        string body = Encoding.Latin1.GetString(Parts(("x", "1")))
            .Replace("name=\"x\"", "name=\"wpPreview\"; filename=\"a.txt\"\r\nContent-Type: text/plain", StringComparison.Ordinal);
        RequestParameters whole = RequestParameters.Of("?action=submit", "", InParts, Encoding.Latin1.GetBytes(body));

        Assert.True(whole.AreAll);
        Assert.Equal("", whole.All.Single(parameter => parameter.Name == "wpPreview").Value);
    }

    [Theory]
    [InlineData("form-data; name=\"action\"", "form-data; name=action")]
    [InlineData("form-data; name=\"action\"", "form-data; name=\"x\"; name=\"action\"")]
    [InlineData("form-data; name=\"action\"", "form-data; NAME=\"action\"")]
    [InlineData("form-data; name=\"action\"", "form-data; name=\"action\"\r\nX: y")]
    [InlineData("form-data; name=\"action\"", "form-data; name=\"action\"\n")]
    [InlineData("form-data; name=\"action\"", "form-data; name=\"a\\ction\"")]
    [InlineData("form-data; name=\"action\"", "form-data; name=\"action\"; filename=\"x")]
    [InlineData("form-data; name=\"action\"", "form-data; name=\"action\"; filename*=utf-8''x")]
    [InlineData("Content-Disposition", "content-disposition")]
    [InlineData("Content-Disposition: form", "Content-Disposition : form")]
    [InlineData("logout", "logout\n------WebKitFormBoundaryx7\nContent-Disposition: form-data; name=\"action\"\n\nedit")]
    [InlineData("logout", "logout------WebKitFormBoundaryx7")]
    [InlineData("logout", "logout\r\n------WebKitFormBoundaryx7--\r\n")]
    [InlineData("Boundaryx7--\r\n", "Boundaryx7--\r\nmore")]
    [InlineData("Boundaryx7--\r\n", "Boundaryx7")]
    [InlineData("\r\n\r\nlogout", "\n\nlogout")]
    public void A_form_in_parts_that_no_browser_writes_lets_nothing_through(string written, string otherwise)
    {
        string body = Encoding.Latin1.GetString(Parts(("action", "logout")));
        Assert.Equal(RequestKind.Pass, Kind(body));

        Assert.Equal(RequestKind.Write, Kind(body.Replace(written, otherwise, StringComparison.Ordinal)));
        Assert.Equal(RequestKind.Write, Kind($"preamble\r\n{body}"));

        static RequestKind Kind(string body) => Rules.ClassifyWhole(
            "POST", "/api.php", RequestParameters.Of("", "", InParts, Encoding.Latin1.GetBytes(body)));
    }

    [Fact]
    public void No_body_is_too_broken_to_be_read()
    {
        const string Delimiter = "------WebKitFormBoundaryx7";
        string[] pieces = ["\r\n", "\r\n", "--", Delimiter, Delimiter, "Content-Disposition: form-data; name=\"action\"", "logout", "&", "=", "%", "\0", "é"];
        var random = new Random(1);
        for (int body = 0; body < 20_000; body++)
        {
            string text = Delimiter + string.Concat(Enumerable.Range(0, random.Next(12)).Select(_ => pieces[random.Next(pieces.Length)]));
            foreach (string contentType in (string[])[InParts, UrlEncoded])
                Rules.ClassifyWhole("POST", "/api.php", RequestParameters.Of("", "", contentType, Encoding.Latin1.GetBytes(text)));
        }
    }

    [Theory]
    [InlineData("multipart/form-data")]
    [InlineData("multipart/form-data; boundary=\"----WebKitFormBoundaryx7\"")]
    [InlineData("multipart/form-data; charset=utf-8; boundary=----WebKitFormBoundaryx7")]
    [InlineData("multipart/form-data; boundary=a; boundary=----WebKitFormBoundaryx7")]
    [InlineData("multipart/form-data; boundary=----WebKitFormBoundaryx7,")]
    [InlineData("multipart/form-datax; boundary=----WebKitFormBoundaryx7")]
    public void A_boundary_that_no_browser_writes_lets_nothing_through(string contentType) => Assert.Equal(
        RequestKind.Write,
        Rules.ClassifyWhole("POST", "/api.php", RequestParameters.Of("", "", contentType, Parts(("action", "logout")))));

    [Theory]
    [InlineData("", "x")]
    [InlineData("a.b", "x")]
    [InlineData("a[]", "x")]
    [InlineData("ä", "x")]
    [InlineData("a", "")]
    [InlineData("a", "x\n")]
    public void A_parameter_that_cannot_be_asked_for_is_told(string name, string value)
    {
        Assert.Null(ParameterPattern.TryCreate([new(name, value)], out string? reason));
        Assert.NotNull(reason);
    }

    private static RequestParameters Whole(string target, string form) => RequestParameters.Of(
        RawPath.QueryOf(target), "", form.Length == 0 ? null : UrlEncoded, Encoding.ASCII.GetBytes(form));

    private static byte[] Parts(params (string Name, string Value)[] fields) => Encoding.UTF8.GetBytes(
        $"{string.Concat(fields.Select(field => $"------WebKitFormBoundaryx7\r\nContent-Disposition: form-data; name=\"{field.Name}\"\r\n\r\n{field.Value}\r\n"))}------WebKitFormBoundaryx7--\r\n");

    private static RequestRule Rule(
        string method, string path, RequestKind kind, (string, string)[]? query = null, (string, string)[]? form = null) =>
        new(method, PathPattern.TryParse(path, out _)!, kind) { Query = Pattern(query), Form = Pattern(form) };

    private static ParameterPattern Pattern((string Name, string Value)[]? wanted) => ParameterPattern.TryCreate(
        (wanted ?? []).Select(parameter => KeyValuePair.Create(parameter.Name, parameter.Value)), out _)!;
}
