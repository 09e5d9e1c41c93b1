using System.Net;
using System.Security.Cryptography;
using System.Text;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Demo.Site;

namespace ProxyGuard.Demo.Control;

/// <summary>Where the other commands reach the running demo: on loopback, with a token that only the same user can read.</summary>
internal sealed class ControlListener : IAsyncDisposable
{
    private readonly WebApplication _app;

    private ControlListener(WebApplication app, DemoDirectory.Contact contact)
    {
        _app = app;
        Contact = contact;
    }

    public DemoDirectory.Contact Contact { get; }

    public static async Task<ControlListener> StartAsync(Faults faults, Action<string> say, Action stop)
    {
        WebApplication app = LoopbackApp.Create(0);
        string token = RandomNumberGenerator.GetHexString(64, lowercase: true);
        byte[] expected = Encoding.ASCII.GetBytes($"Bearer {token}");
        // One at a time: breaking while mending would leave a state that has no name.
        var turn = new SemaphoreSlim(1, 1);
        app.Use((context, next) =>
        {
            byte[] given = Encoding.ASCII.GetBytes(context.Request.Headers.Authorization.ToString());
            if (CryptographicOperations.FixedTimeEquals(given, expected))
                return next(context);
            context.Response.StatusCode = (int)HttpStatusCode.Unauthorized;
            return Task.CompletedTask;
        });
        app.MapPost("/break/{name}", (string name) => Fault.All.FirstOrDefault(fault => fault.Name == name) is { } fault
            ? DoAsync(turn, say, () => fault.BreakAsync(faults), fault.Done)
            : Task.FromResult(Results.NotFound()));
        app.MapPost("/mend", () => DoAsync(turn, say, faults.MendAllAsync, "Everything is mended; the replicas follow again."));
        app.MapPost("/stop", () =>
        {
            stop();
            return Results.Text("Stopping …", statusCode: (int)HttpStatusCode.Accepted);
        });
        await app.StartAsync();
        return new ControlListener(app, new DemoDirectory.Contact(new Uri(app.Urls.Single()).Port, token));
    }

    public async ValueTask DisposeAsync()
    {
        await LoopbackApp.StopAsync(_app);
    }

    private static async Task<IResult> DoAsync(SemaphoreSlim turn, Action<string> say, Func<Task> what, string done)
    {
        await turn.WaitAsync();
        try
        {
            await what();
            say(done);
            return Results.Text(done);
        }
        catch (Exception e) when (e is FleetException or MySqlException or IOException)
        {
            string answer = $"That did not work: {e.Message}\nPerhaps something else is broken already; mend undoes all of it.";
            say(answer);
            return Results.Text(answer, statusCode: (int)HttpStatusCode.Conflict);
        }
        finally
        {
            turn.Release();
        }
    }
}
