using System.Globalization;

namespace ProxyGuard.Demo.Site;

/// <summary>What a page is told about the request besides its content.</summary>
internal sealed record PageFrame(string WebNode, string ReadsFrom, string? Member);

/// <summary>The site's HTML.</summary>
internal static class Pages
{
    public static Markup PhotoList(PageFrame frame, IReadOnlyList<Photo> photos) => Layout(frame, "New photos", Markup.Of(
        $"""
        <h1>New photos</h1>
        <p class="soft">What our members saw lately, and what the others say about it.</p>
        {Grid(photos)}
        """));

    public static Markup SearchResult(PageFrame frame, string words, IReadOnlyList<Photo> photos) => Layout(frame, "Search", Markup.Of(
        $"""
        <h1>Photos with “{words}”</h1>
        <p class="soft">{(photos.Count == 0 ? "Nothing found. Titles and members' names are searched." : $"{photos.Count} found")}</p>
        {Grid(photos)}
        """));

    public static Markup PhotoWithComments(
        PageFrame frame, Photo photo, IReadOnlyList<Comment> comments) => Layout(frame, photo.Title, Markup.Of(
        $"""
        <figure><img src="/photos/{photo.Id}/image" alt="{photo.Title}"></figure>
        <div class="row">
        <div style="margin-right:auto"><h1>{photo.Title}</h1><p class="soft" style="margin:0">by {photo.Author}, {Day(photo.AddedUtc)}</p></div>
        <form class="like" method="post" action="/photos/{photo.Id}/like"><button>♥ Like <span class="count">{photo.Likes}</span></button></form>
        <a class="soft" href="/like/{photo.Id}">like by link</a>
        </div>
        <p class="note" id="like-note" role="status" hidden></p>
        <h2 id="comments">{(comments.Count == 0 ? "No comments yet" : "Comments")}</h2>
        <ol class="comments">{Markup.Join(comments.Select(CommentItem))}</ol>
        <form class="stack" method="post" action="/photos/{photo.Id}/comments">
        <label>Your comment <textarea name="text" maxlength="2000" required></textarea></label>
        <button>Post comment</button>
        </form>
        """));

    public static Markup Upload(PageFrame frame, string? mistake = null) => Layout(frame, "Upload", Markup.Of(
        $"""
        <h1>Upload a photo</h1>
        <p class="soft">JPEG, PNG, GIF or WebP, up to 8 MB.</p>
        {Note(mistake)}
        <form class="stack" method="post" action="/upload" enctype="multipart/form-data">
        <label>Title <input name="title" maxlength="120" required></label>
        <label>Photo <input type="file" name="photo" accept="image/jpeg,image/png,image/gif,image/webp" required></label>
        <button>Upload</button>
        </form>
        """));

    public static Markup Login(PageFrame frame, string? mistake = null) => Layout(frame, "Log in", Markup.Of(
        $"""
        <h1>Log in</h1>
        <p class="soft">Any name will do here; this is a demo and there are no passwords.</p>
        {Note(mistake)}
        <form class="stack" method="post" action="/login">
        <label>Name <input name="name" maxlength="20" pattern="[A-Za-z0-9]+" autocomplete="username" required></label>
        <button>Log in</button>
        </form>
        """));

    public static Markup Message(PageFrame frame, string title, string text) => Layout(frame, title, Markup.Of(
        $"""
        <h1>{title}</h1>
        <p>{text}</p>
        <p><a href="/">All photos</a></p>
        """));

    private static Markup Layout(PageFrame frame, string title, Markup content) => Markup.Of(
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{title} – Photo Club</title>
        <link rel="icon" href="data:,">
        <link rel="stylesheet" href="/site.css">
        <script src="/site.js" defer></script>
        </head>
        <body>
        <header><div>
        <a class="brand" href="/">Photo<span>Club</span></a>
        <nav><a href="/">Photos</a><a href="/upload">Upload</a>{LogInOrOut(frame)}</nav>
        <form class="inline" method="post" action="/search" role="search">
        <input name="q" placeholder="Search" aria-label="Search" required><button class="plain">Search</button>
        </form>
        </div></header>
        <main>
        {content}
        </main>
        <footer><div>
        Served by <code>{frame.WebNode}</code>, read from <code>{frame.ReadsFrom}</code>. A demo site: everything here goes away with it.
        </div></footer>
        </body>
        </html>

        """);

    private static Markup LogInOrOut(PageFrame frame) => frame.Member is null
        ? Markup.Of($"""<a href="/login">Log in</a>""")
        : Markup.Of(
            $"""<form class="inline" method="post" action="/logout"><button class="plain">Log out {frame.Member}</button></form>""");

    private static Markup Grid(IReadOnlyList<Photo> photos) =>
        Markup.Of($"""<ul class="grid">{Markup.Join(photos.Select(Card))}</ul>""");

    private static Markup Card(Photo photo) => Markup.Of(
        $"""
        <li><a href="/photos/{photo.Id}"><img src="/photos/{photo.Id}/image" alt="" loading="lazy">
        <h2>{photo.Title}</h2><p><span>{photo.Author}</span><span>♥ {photo.Likes} · {Count(photo.Comments, "comment")}</span></p></a></li>
        """);

    private static Markup CommentItem(Comment comment) => Markup.Of(
        $"""<li id="c{comment.Id}"><strong>{comment.Author}</strong> <span class="soft">{TimeOfDay(comment.AddedUtc)}</span><p>{comment.Text}</p></li>""");

    private static Markup Note(string? text) => text is null ? Markup.None : Markup.Of($"""<p class="note" role="alert">{text}</p>""");

    private static string Day(DateTime moment) => moment.ToString("d MMMM yyyy", CultureInfo.InvariantCulture);

    private static string TimeOfDay(DateTime moment) => moment.ToString("d MMMM yyyy, HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static string Count(long number, string what) => number == 1 ? $"1 {what}" : $"{number} {what}s";
}
