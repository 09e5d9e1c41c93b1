using System.Net.Http.Json;
using System.Text.RegularExpressions;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>An evening of a WordPress: strangers read and comment, a member publishes, edits, uploads and deletes.</summary>
internal sealed partial class WordPressStory(Visitor stranger, Visitor member)
{
    public const string Ajax = "/wp-admin/admin-ajax.php";

    private readonly List<Answer> _answers = [];

    public IReadOnlyList<Answer> Answers => _answers;

    /// <summary>What the REST API wants from a script of the member's own pages.</summary>
    public static string RestNonce(Answer page) => NonceOfScripts().Match(page.Body).Groups[1].Value;

    public static string LogoutLink(Answer page) =>
        $"/wp-login.php?action=logout&_wpnonce={LogoutNonce().Match(page.Body).Groups[1].Value}";

    public static async Task<Answer> LogInAsync(Visitor member)
    {
        // Its cookie shows that the browser takes cookies.
        await member.GetAsync("/wp-login.php");
        return await member.PostAsync(
            "/wp-login.php",
            [
                ("log", Application.Member), ("pwd", Application.Password), ("wp-submit", "Log In"),
                ("redirect_to", new Uri(member.Site, "/wp-admin/").ToString()), ("testcookie", "1"),
            ]);
    }

    public static (string, string)[] QueryAttachments { get; } =
        [("action", "query-attachments"), ("post_id", "0"), ("query[orderby]", "date"), ("query[posts_per_page]", "80")];

    public static (string, string)[] Comment { get; } =
    [
        ("author", "Bob"), ("email", "bob@club.example"), ("url", ""), ("comment", "A fine heron"), ("comment_post_ID", "1"),
        ("comment_parent", "0"),
    ];

    public static Task<Answer> UploadAsync(Visitor member, string nonce) => member.PostMultipartAsync(
        "/wp-admin/async-upload.php", [("action", "upload-attachment"), ("_wpnonce", nonce), ("name", "heron.png")],
        ("async-upload", "heron.png", Picture.Png));

    /// <summary>As the editor does it: POST, with the method that is meant in a header.</summary>
    public static async Task<Answer> RestAsync(Visitor member, string nonce, string path, object? json, string? method = null)
    {
        member.Headers["X-WP-Nonce"] = nonce;
        if (method is not null)
            member.Headers["X-HTTP-Method-Override"] = method;
        Answer answer = await member.SendAsync(HttpMethod.Post, $"/wp-json{path}", json is null ? null : JsonContent.Create(json));
        member.Headers.Clear();
        return answer;
    }

    public static string UploadNonce(Answer library) => NonceOfUploads().Match(library.Body).Groups[1].Value;

    public async Task LiveThroughAsync()
    {
        foreach (string page in (string[])["/", "/hello-world/", "/?s=hello", "/nothing-there/", "/feed/", "/wp-json/wp/v2/posts"])
            _answers.Add(await stranger.GetAsync(page));
        _answers.Add(await stranger.PostAsync("/wp-comments-post.php", Comment));
        _answers.Add(await stranger.GetAsync("/hello-world/"));
        _answers.Add(await member.GetAsync("/wp-login.php"));
        _answers.Add(await LogInAsync(member));
        _answers.Add(await member.GetAsync("/wp-admin/"));
        await PublishAsync();
        _answers.Add(await member.GetAsync("/wp-cron.php"));
        Answer dashboard = await member.GetAsync("/wp-admin/");
        _answers.Add(await member.GetAsync(LogoutLink(dashboard)));
        _answers.Add(await member.GetAsync("/wp-admin/"));
    }

    private async Task PublishAsync()
    {
        Answer editor = await member.GetAsync("/wp-admin/post-new.php");
        string nonce = RestNonce(editor);
        Answer library = await member.GetAsync("/wp-admin/upload.php");
        _answers.AddRange([editor, library]);
        _answers.Add(await UploadAsync(member, UploadNonce(library)));
        _answers.Add(await member.PostAsync(Ajax, QueryAttachments));
        Answer draft = await RestAsync(member, nonce, "/wp/v2/posts", new { title = "Herons", content = "Seen at dawn.", status = "draft" });
        string post = $"/wp/v2/posts/{Id().Match(draft.Body).Groups[1].Value}";
        _answers.Add(draft);
        _answers.Add(await RestAsync(member, nonce, post, new { status = "publish" }, "PUT"));
        _answers.Add(await stranger.GetAsync("/herons/"));
        _answers.Add(await RestAsync(member, nonce, "/wp/v2/block-renderer/core/archives?context=edit", new { attributes = new { } }));
        _answers.Add(await RestAsync(member, nonce, post, null, "DELETE"));
        _answers.Add(await member.GetAsync("/herons/"));
        _answers.Add(await member.GetAsync("/wp-admin/edit.php"));
    }

    [GeneratedRegex("createNonceMiddleware\\( \"(\\w+)\"")]
    private static partial Regex NonceOfScripts();

    [GeneratedRegex("\"multipart_params\":\\{.*?\"_wpnonce\":\"(\\w+)\"")]
    private static partial Regex NonceOfUploads();

    [GeneratedRegex("action=logout&(?:amp;|#038;)_wpnonce=(\\w+)")]
    private static partial Regex LogoutNonce();

    [GeneratedRegex("^\\{\"id\":(\\d+)")]
    private static partial Regex Id();
}
