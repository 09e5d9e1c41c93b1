using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>An evening of a MediaWiki: strangers read and search, a member logs in, previews, saves and uploads.</summary>
internal sealed partial class MediaWikiStory(Visitor stranger, Visitor member)
{
    public const string Api = "/api.php";
    public const string Page = "/index.php?title=Heron";

    private static readonly string[] FieldsOfTheEditForm =
    [
        "wpUnicodeCheck", "wpAntispam", "wpSection", "wpStarttime", "wpEdittime", "editRevId", "wpAutoSummary", "oldid", "parentRevId",
        "format", "model", "mode", "wpEditToken", "wpUltimateParam",
    ];

    private readonly List<Answer> _answers = [];

    public IReadOnlyList<Answer> Answers => _answers;

    /// <summary>A request to the API by POST, as its clients send all of them.</summary>
    public static Task<Answer> AskAsync(Visitor visitor, params (string, string)[] fields) =>
        visitor.PostAsync(Api, [.. fields, ("format", "json"), ("formatversion", "2")]);

    public static async Task<string> TokenAsync(Visitor visitor, string type)
    {
        Answer answer = await AskAsync(visitor, ("action", "query"), ("meta", "tokens"), ("type", type));
        return JsonDocument.Parse(answer.Body).RootElement.GetProperty("query").GetProperty("tokens").GetProperty($"{type}token").GetString()!;
    }

    /// <summary>By the form, as people do.</summary>
    public static async Task<Answer> LogInAsync(Visitor visitor)
    {
        Answer form = await visitor.GetAsync("/index.php?title=Special:UserLogin");
        return await visitor.PostAsync(
            "/index.php?title=Special:UserLogin",
            [
                ("wpName", "Anna"), ("wpPassword", Application.Password), ("wploginattempt", "Log in"), ("wpEditToken", "+\\"),
                ("title", "Special:UserLogin"), ("authAction", "login"), ("force", ""), ("wpLoginToken", ValueOf(form, "wpLoginToken")),
            ]);
    }

    /// <summary>By the form of a wiki in German, sent to where that form says.</summary>
    public static async Task<Answer> LogInInGermanAsync(Visitor visitor)
    {
        visitor.Headers["X-Wiki-Language"] = "de";
        Answer form = await visitor.GetAsync("/index.php?title=Spezial:Anmelden");
        string target = WebUtility.HtmlDecode(LoginForm().Match(form.Body).Groups[1].Value);
        return await visitor.PostAsync(
            target,
            [
                ("wpName", "Anna"), ("wpPassword", Application.Password), ("wploginattempt", "Anmelden"), ("wpEditToken", "+\\"),
                ("title", ValueOf(form, "title")), ("authAction", "login"), ("force", ""), ("wpLoginToken", ValueOf(form, "wpLoginToken")),
            ]);
    }

    /// <summary>As the button at the top of each page does it.</summary>
    public static async Task<Answer> LogOutAsync(Visitor visitor) =>
        await AskAsync(visitor, ("action", "logout"), ("token", await TokenAsync(visitor, "csrf")));

    /// <param name="button">wpPreview, wpDiff or wpSave.</param>
    public static async Task<Answer> SubmitAsync(Visitor visitor, string text, string button)
    {
        Answer form = await visitor.GetAsync($"{Page}&action=edit");
        return await visitor.PostMultipartAsync(
            $"{Page}&action=submit",
            [
                .. FieldsOfTheEditForm.Select(field => (field, ValueOf(form, field))), ("wpTextbox1", text), ("wpSummary", "seen"),
                (button, "1"),
            ]);
    }

    /// <summary>Moves the main page, with one field more than the form has.</summary>
    public static async Task<Answer> MoveAsync(Visitor visitor, (string, string) more)
    {
        Answer form = await visitor.GetAsync("/index.php?title=Special:MovePage/Main_Page");
        return await visitor.PostMultipartAsync(
            "/index.php?title=Special:MovePage&action=submit",
            [
                ("wpOldTitle", "Main Page"), ("wpNewTitleNs", "0"), ("wpNewTitleMain", "Elsewhere"), ("wpReason", ""), ("wpMove", "Move page"),
                ("wpEditToken", ValueOf(form, "wpEditToken")), more,
            ]);
    }

    public static async Task<Answer> UploadAsync(Visitor visitor) => await visitor.PostMultipartAsync(
        Api,
        [
            ("action", "upload"), ("filename", "Heron.png"), ("token", await TokenAsync(visitor, "csrf")), ("ignorewarnings", "1"),
            ("format", "json"),
        ],
        ("file", "Heron.png", Picture.Png));

    public async Task LiveThroughAsync()
    {
        string[] pages =
        [
            "/", "/index.php?title=Main_Page", "/index.php?title=Special:Search&search=wiki&fulltext=1", $"{Page}&action=edit", Page,
            "/index.php?title=Special:RecentChanges", "/api.php?action=query&meta=siteinfo&format=json",
            "/load.php?modules=startup&only=scripts&raw=1&skin=vector",
        ];
        foreach (string page in pages)
            _answers.Add(await stranger.GetAsync(page));
        _answers.Add(await SubmitAsync(stranger, "A '''grey''' heron.", "wpPreview"));
        _answers.Add(await member.GetAsync("/index.php?title=Special:UserLogin"));
        _answers.Add(await LogInAsync(member));
        await EditAsync();
        _answers.Add(await LogOutAsync(member));
        _answers.Add(await member.GetAsync("/index.php?title=Main_Page"));
    }

    private async Task EditAsync()
    {
        _answers.Add(await SubmitAsync(member, "A '''grey''' heron.", "wpPreview"));
        _answers.Add(await SubmitAsync(member, "A '''grey''' heron.", "wpDiff"));
        _answers.Add(await SubmitAsync(member, "A '''grey''' heron.", "wpSave"));
        _answers.Add(await member.GetAsync(Page));
        _answers.Add(await member.GetAsync($"{Page}&action=history"));
        _answers.Add(await UploadAsync(member));
        _answers.Add(await member.GetAsync("/index.php?title=File:Heron.png"));
        _answers.Add(await AskAsync(member, ("action", "watch"), ("titles", "Heron"), ("token", await TokenAsync(member, "watch"))));
        _answers.Add(await AskAsync(member, ("action", "parse"), ("text", "a ''heron''"), ("contentmodel", "wikitext")));
        _answers.Add(await member.GetAsync("/index.php?title=Special:Watchlist"));
        _answers.Add(await member.GetAsync("/index.php?title=Special:RecentChanges"));
    }

    private static string ValueOf(Answer form, string field)
    {
        foreach (Match input in Inputs().Matches(form.Body))
        {
            if (input.Value.Contains($"name=\"{field}\"", StringComparison.Ordinal))
                return WebUtility.HtmlDecode(Value().Match(input.Value).Groups[1].Value);
        }

        return "";
    }

    [GeneratedRegex("<form (?=[^>]*name=\"userlogin\")[^>]*action=\"([^\"]*)\"")]
    private static partial Regex LoginForm();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Inputs();

    [GeneratedRegex("value=\"([^\"]*)\"")]
    private static partial Regex Value();
}
