using System.Net;
using System.Text.Json;
using ProxyGuard.WebNode;

WebNodeSettings settings = JsonSerializer.Deserialize<WebNodeSettings>(
    await File.ReadAllTextAsync(args[0])) ?? throw new InvalidDataException($"{args[0]} is empty");
using var log = new RequestLog(settings.LogFile);
var entries = new Entries(settings);

WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.Services.AddRouting();
builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, settings.Port));
await using WebApplication app = builder.Build();
app.Use((context, next) =>
{
    log.Arrived(context.Request);
    return next(context);
});
app.MapPost("/entries/{token}", async (string token) =>
{
    await entries.WriteAsync(token);
    return Results.NoContent();
});
app.MapGet("/entries/{token}", async (string token, HttpRequest request) =>
{
    (long server, bool isThere) = await entries.LookAsync(token, request.Headers["X-ProxyGuard-Read-From"]);
    return Results.Text($"{server} {(isThere ? "there" : "not there")}");
});
await app.RunAsync();
