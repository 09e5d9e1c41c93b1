using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace ProxyGuard.Testing;

/// <summary>One request as a web server saw it.</summary>
internal sealed record SeenRequest(string Method, string Target, IReadOnlyDictionary<string, string> Headers, long BodyBytes)
{
    /// <summary>In UTF-8; only of bodies of less than 256 KB.</summary>
    public string Body { get; init; } = "";
}

/// <summary>A real web server on loopback that answers what a test says and remembers what it was asked.</summary>
internal sealed class Upstream : IAsyncDisposable
{
    private readonly WebApplication _app;

    private Upstream(string name, WebApplication app)
    {
        Name = name;
        _app = app;
    }

    public string Name { get; }

    public Uri Address { get; private set; } = null!;

    /// <summary>ProxyGuard's own questions aside.</summary>
    public ConcurrentQueue<SeenRequest> Seen { get; } = new();

    /// <summary>ProxyGuard's own.</summary>
    public ConcurrentQueue<SeenRequest> Questions { get; } = new();

    /// <summary>Writes the answer; by default a small page that names the server.</summary>
    public Func<HttpContext, Task>? Answer { get; set; }

    /// <param name="port">One of before, for a web server that comes back; 0 for any.</param>
    public static async Task<Upstream> StartAsync(string name, int port = 0)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.AddServerHeader = false;
        }).UseUrls($"http://127.0.0.1:{port}");
        WebApplication app = builder.Build();
        var upstream = new Upstream(name, app);
        app.Run(upstream.ServeAsync);
        await app.StartAsync();
        upstream.Address = new Uri(app.Urls.Single());
        return upstream;
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task ServeAsync(HttpContext context)
    {
        string target = context.Features.Get<IHttpRequestFeature>()!.RawTarget;
        var headers = context.Request.Headers.ToDictionary(
            header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        var buffer = new byte[64 * 1024];
        long bytes = 0;
        int read;
        using var body = new MemoryStream();
        while ((read = await context.Request.Body.ReadAsync(buffer)) > 0)
        {
            bytes += read;
            if (bytes < 256 * 1024)
                body.Write(buffer, 0, read);
        }

        (headers.GetValueOrDefault("User-Agent") == "ProxyGuard" ? Questions : Seen)
            .Enqueue(new SeenRequest(context.Request.Method, target, headers, bytes)
            {
                Body = Encoding.UTF8.GetString(body.GetBuffer().AsSpan(0, (int)body.Length)),
            });
        await (Answer ?? PageAsync)(context);
    }

    private Task PageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        return context.Response.WriteAsync(
            $"<!doctype html><html lang=\"en\"><head><title>{Name}</title></head><body>{Name}</body></html>");
    }
}
