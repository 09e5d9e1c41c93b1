using MySqlConnector;

namespace ProxyGuard.Demo.Site;

/// <summary>One web node of the photo site, hosted in this process.</summary>
public sealed class PhotoSite : IAsyncDisposable
{
    private readonly WebApplication _app;

    private PhotoSite(string name, WebApplication app, AcceptedWrites accepted)
    {
        Name = name;
        _app = app;
        Accepted = accepted;
        Address = new Uri(app.Urls.Single());
    }

    /// <summary>Such as <c>web1</c>.</summary>
    public string Name { get; }

    /// <summary>Such as <c>http://127.0.0.1:9001/</c>.</summary>
    public Uri Address { get; }

    /// <summary>Also served at <c>/__demo/accepted</c>.</summary>
    public AcceptedWrites Accepted { get; }

    /// <summary>
    /// Starts it on loopback, on a free port if <paramref name="port"/> is 0. It needs the tables of <see cref="PhotoSchema"/>, but no
    /// database to start.
    /// </summary>
    /// <param name="countsViews">Whether each look at a photo is written to the primary.</param>
    public static async Task<PhotoSite> StartAsync(
        string name, SiteDatabase readFrom, SiteDatabase writeTo, int port = 0, bool countsViews = false)
    {
        ArgumentNullException.ThrowIfNull(readFrom);
        ArgumentNullException.ThrowIfNull(writeTo);
        WebApplication app = LoopbackApp.Create(port);
        app.Use((context, next) => AnswerErrorsAsync(context, new PageFrame(name, readFrom.Name, null), next));
        var accepted = new AcceptedWrites();
        new PhotoRoutes(name, readFrom.Name, new PhotoStore(readFrom, writeTo), accepted) { CountsViews = countsViews }.Map(app);
        await app.StartAsync();
        return new PhotoSite(name, app, accepted);
    }

    /// <summary>In-flight requests have two seconds to end.</summary>
    public async ValueTask DisposeAsync() => await LoopbackApp.StopAsync(_app);

    private static async Task AnswerErrorsAsync(HttpContext context, PageFrame frame, RequestDelegate next)
    {
        try
        {
            await next(context);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The browser has gone.
        }
        catch (BadHttpRequestException e) when (!context.Response.HasStarted)
        {
            Markup page = Pages.Message(frame, "That did not work", "The photo may be too large: 8 MB is the limit.");
            await AnswerAsync(context, e.StatusCode, page);
        }
        catch (Exception e) when (IsAboutTheDatabase(e) && !context.Response.HasStarted)
        {
            Markup page = Pages.Message(frame, "Something went wrong", "The database does not answer. Please try again later.");
            await AnswerAsync(context, 500, page);
        }
    }

    private static bool IsAboutTheDatabase(Exception e) =>
        e is MySqlException or TimeoutException or IOException or OperationCanceledException;

    private static Task AnswerAsync(HttpContext context, int status, Markup page)
    {
        context.Response.Clear();
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(page.Html, context.RequestAborted);
    }
}
