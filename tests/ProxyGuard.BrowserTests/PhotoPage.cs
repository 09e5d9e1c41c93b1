using Microsoft.AspNetCore.Http;
using ProxyGuard.Testing;

namespace ProxyGuard.BrowserTests;

/// <summary>What the guarded site's web servers answer: a photo with a form for comments, and a script that likes it.</summary>
internal sealed record PhotoPage
{
    public const string Path = "/photos/17";

    /// <summary>A page with the photo's page in a frame; <c>?of=</c> names another origin for it.</summary>
    public const string Framed = "/framed";

    public const string Title = "Heron at dawn";

    // As many sites do: the answer's own words are shown where the member clicked.
    private const string Script =
        """
        document.getElementById('like').addEventListener('click', async () => {
          const answer = await fetch('/photos/17/like', { method: 'POST' });
          const type = answer.headers.get('Content-Type');
          document.getElementById('note').textContent = answer.ok ? 'Liked.' : type + ': ' + (await answer.json()).detail;
        });
        """;

    public string Language { get; init; } = "en";

    /// <summary>How far down the form is, as CSS says it.</summary>
    public string Length { get; init; } = "0";

    /// <summary>The site's own Content-Security-Policy; null when it has none.</summary>
    public string? Policy { get; init; }

    /// <summary>What the page has in its head besides.</summary>
    public string Head { get; init; } = "";

    /// <summary>The whole body in place of photo and form; null for these.</summary>
    public string? Body { get; init; }

    /// <summary>What /slow.css waits for.</summary>
    public TaskCompletionSource Styles { get; } = new();

    /// <summary>A guarded site of such pages, on which all is well.</summary>
    public async Task<GuardedSite> StartAsync()
    {
        GuardedSite site = await GuardedSite.StartWellAsync();
        foreach (Upstream upstream in site.Upstreams.Values)
            upstream.Answer = AnswerAsync;
        return site;
    }

    private async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.Path == "/slow.css")
        {
            await Styles.Task;
            http.Response.ContentType = "text/css";
            return;
        }

        if (http.Request.Path == Framed)
        {
            http.Response.ContentType = "text/html; charset=utf-8";
            await http.Response.WriteAsync($"<!doctype html><title>x</title><iframe src=\"{http.Request.Query["of"]}{Path}\"></iframe>");
            return;
        }

        if (http.Request.Path == "/site.js")
        {
            http.Response.ContentType = "text/javascript; charset=utf-8";
            await http.Response.WriteAsync(Script);
            return;
        }

        if (HttpMethods.IsPost(http.Request.Method))
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = Path;
            return;
        }

        http.Response.ContentType = "text/html; charset=utf-8";
        if (Policy is not null)
            http.Response.Headers.ContentSecurityPolicy = Policy;
        await http.Response.WriteAsync($"""
            <!doctype html>
            <html lang="{Language}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>{Title}</title>{Head}</head>
            <body>
            {Body ?? PhotoAndForm()}
            </body>
            </html>
            """);
    }

    private string PhotoAndForm() => $"""
        <h1>{Title}</h1>
        <p><button type="button" id="like">Like</button> <span id="note"></span></p>
        {(Length == "0" ? "" : $"<div style=\"height: {Length}\"></div>")}
        <form method="post" action="{Path}/comments">
        <input type="hidden" name="csrf_token" value="not-for-eyes">
        <label>Your comment <textarea name="text"></textarea></label>
        <button>Post comment</button>
        </form>
        <script src="/site.js"></script>
        """;
}
