using System.Reflection;
using System.Text.RegularExpressions;

namespace ProxyGuard.Demo.Site;

/// <summary>Which address does what. Each POST answers 303, so that reloading the next page sends nothing twice.</summary>
internal sealed partial class PhotoRoutes(string webNode, string readsFrom, PhotoStore store, AcceptedWrites accepted)
{
    private const string MemberCookie = "member";
    private const long LargestPicture = 8 * 1024 * 1024;

    private static readonly string[] Reading = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Whether each look at a photo is written down.</summary>
    public bool CountsViews { get; init; }

    public void Map(WebApplication app)
    {
        app.MapMethods("/", Reading, ShowPhotosAsync);
        app.MapMethods("/photos/{id:long}", Reading, ShowPhotoAsync);
        app.MapMethods("/photos/{id:long}/image", Reading, ShowPictureAsync);
        app.MapPost("/photos/{id:long}/comments", PostCommentAsync);
        app.MapPost("/photos/{id:long}/like", LikeAsync);
        app.MapMethods("/like/{id:long}", Reading, LikeByLinkAsync);
        app.MapMethods("/upload", Reading, (HttpContext http) => Html(Pages.Upload(Frame(http))));
        app.MapPost("/upload", UploadAsync);
        app.MapMethods("/login", Reading, (HttpContext http) => Html(Pages.Login(Frame(http))));
        app.MapPost("/login", LogInAsync);
        app.MapPost("/logout", LogOut);
        app.MapPost("/search", SearchAsync);
        app.MapMethods("/site.css", Reading, () => Asset("site.css", "text/css; charset=utf-8"));
        app.MapMethods("/site.js", Reading, () => Asset("site.js", "text/javascript; charset=utf-8"));
        app.MapMethods(
            "/__demo/accepted", Reading, () => Results.Json(new { web = webNode, accepted.Likes, accepted.Uploads, accepted.Comments }));
        app.MapFallback((HttpContext http) => NotHere(http));
    }

    private async Task<IResult> ShowPhotosAsync(HttpContext http, CancellationToken stop) =>
        Html(Pages.PhotoList(Frame(http), await store.NewestAsync(stop)));

    private async Task<IResult> ShowPhotoAsync(HttpContext http, long id, CancellationToken stop)
    {
        Photo? photo = await store.PhotoAsync(id, stop);
        if (photo is not null && CountsViews)
            await store.CountViewAsync(id, CancellationToken.None);
        return photo is null
            ? NotHere(http)
            : Html(Pages.PhotoWithComments(Frame(http), photo, await store.CommentsAsync(id, stop)));
    }

    private async Task<IResult> ShowPictureAsync(HttpContext http, long id, CancellationToken stop)
    {
        Picture? picture = await store.PictureAsync(id, stop);
        if (picture is null)
            return NotHere(http);
        http.Response.Headers.CacheControl = "public, max-age=3600";
        http.Response.Headers.XContentTypeOptions = "nosniff";
        return Results.Bytes(picture.Bytes, picture.MediaType);
    }

    private async Task<IResult> PostCommentAsync(HttpContext http, long id, CancellationToken stop)
    {
        IFormCollection form = await http.Request.ReadFormAsync(stop);
        string text = form["text"].ToString().Trim();
        if (text.Length is 0 or > 2000)
            return Html(Pages.Message(Frame(http), "Not posted", "A comment has between 1 and 2000 characters."), 400);
        // Not cancelled with the request: what is written must also be counted as written.
        long comment = await store.AddCommentAsync(id, Author(http), text, CancellationToken.None);
        accepted.AddComment(new AcceptedComment(comment, id, text, DateTimeOffset.UtcNow));
        return SeeOther($"/photos/{id}#c{comment}");
    }

    private async Task<IResult> LikeAsync(long id)
    {
        long likes = await store.LikeAsync(id, CancellationToken.None);
        accepted.AddLike();
        return Results.Json(new { likes });
    }

    private async Task<IResult> LikeByLinkAsync(long id)
    {
        await store.LikeAsync(id, CancellationToken.None);
        accepted.AddLike();
        return SeeOther($"/photos/{id}");
    }

    private async Task<IResult> UploadAsync(HttpContext http, CancellationToken stop)
    {
        IFormCollection form = await http.Request.ReadFormAsync(stop);
        string title = form["title"].ToString().Trim();
        IFormFile? file = form.Files.GetFile("photo");
        if (title.Length is 0 or > 120 || file is null)
            return Html(Pages.Upload(Frame(http), "A photo needs a title and a file."), 400);
        if (file.Length > LargestPicture)
            return Html(Pages.Upload(Frame(http), "This photo has more than 8 MB."), 413);
        using var bytes = new MemoryStream();
        await file.CopyToAsync(bytes, stop);
        if (PictureType.Of(bytes.GetBuffer().AsSpan(0, (int)bytes.Length)) is not { } type)
            return Html(Pages.Upload(Frame(http), "This is not a JPEG, PNG, GIF or WebP picture."), 415);
        long id = await store.AddPhotoAsync(title, Author(http), new Picture(type, bytes.ToArray()), CancellationToken.None);
        accepted.AddUpload();
        return SeeOther($"/photos/{id}");
    }

    private async Task<IResult> LogInAsync(HttpContext http, CancellationToken stop)
    {
        IFormCollection form = await http.Request.ReadFormAsync(stop);
        string name = form["name"].ToString().Trim();
        if (!MemberName().IsMatch(name))
            return Html(Pages.Login(Frame(http), "A name has 2 to 20 letters and digits."), 400);
        var options = new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Lax, MaxAge = TimeSpan.FromDays(30) };
        http.Response.Cookies.Append(MemberCookie, name, options);
        return SeeOther("/");
    }

    private static SeeOtherResult LogOut(HttpContext http)
    {
        http.Response.Cookies.Delete(MemberCookie);
        return SeeOther("/");
    }

    private async Task<IResult> SearchAsync(HttpContext http, CancellationToken stop)
    {
        IFormCollection form = await http.Request.ReadFormAsync(stop);
        string words = form["q"].ToString().Trim();
        return Html(Pages.SearchResult(Frame(http), words, await store.SearchAsync(words, stop)));
    }

    private PageFrame Frame(HttpContext http) => new(webNode, readsFrom, Member(http));

    private static string? Member(HttpContext http) =>
        http.Request.Cookies[MemberCookie] is { } name && MemberName().IsMatch(name) ? name : null;

    private static string Author(HttpContext http) => Member(http) ?? "guest";

    // On a replica that is behind, a new photo is not there yet: the old site knows no better, and neither does this one.
    private IResult NotHere(HttpContext http) =>
        Html(Pages.Message(Frame(http), "Not here", "There is no such page, or it has not arrived here yet."), 404);

    private static IResult Html(Markup page, int status = 200) => Results.Text(page.Html, "text/html; charset=utf-8", statusCode: status);

    private static SeeOtherResult SeeOther(string location) => new SeeOtherResult(location);

    private static IResult Asset(string name, string type) =>
        Results.Stream(Assembly.GetExecutingAssembly().GetManifestResourceStream($"site/{name}")!, type);

    [GeneratedRegex("^[A-Za-z0-9]{2,20}$")]
    private static partial Regex MemberName();

    // ASP.NET's own redirects know 301, 302, 307 and 308 only.
    private sealed class SeeOtherResult(string location) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            httpContext.Response.StatusCode = StatusCodes.Status303SeeOther;
            httpContext.Response.Headers.Location = location;
            return Task.CompletedTask;
        }
    }
}
