using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Threading.Channels;
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
        app.MapPost("/break/{name}", (string name, HttpResponse reply) => Fault.All.FirstOrDefault(fault => fault.Name == name) is { } fault
            ? DoAsync(turn, say, reply, tell => fault.BreakAsync(faults, tell), fault.Done)
            : Task.CompletedTask);
        app.MapPost("/mend", (HttpResponse reply) =>
            DoAsync(turn, say, reply, _ => faults.MendAllAsync(), "Everything is mended; the replicas follow again."));
        app.MapPost("/stop", (HttpResponse reply) =>
        {
            stop();
            return ProgressReply.EndAsync(reply, isDone: true, "Stopping …");
        });
        await app.StartAsync();
        return new ControlListener(app, new DemoDirectory.Contact(new Uri(app.Urls.Single()).Port, token));
    }

    public async ValueTask DisposeAsync()
    {
        await LoopbackApp.StopAsync(_app);
    }

    /// <param name="what">Is given what to tell its progress to.</param>
    private static async Task DoAsync(
        SemaphoreSlim turn, Action<string> say, HttpResponse reply, Func<Action<string>, Task> what, string done)
    {
        // Progress is told in order, and whoever works does not wait for a terminal.
        var lines = Channel.CreateUnbounded<string>();
        Task<(bool IsDone, string Text)> work = WorkAsync(turn, line => lines.Writer.TryWrite(line), what, done);
        _ = work.ContinueWith(_ => lines.Writer.Complete(), TaskScheduler.Default);
        await foreach (string line in lines.Reader.ReadAllAsync())
        {
            say($"  {line}");
            await ProgressReply.TellAsync(reply, line);
        }

        (bool isDone, string text) = await work;
        say(text);
        await ProgressReply.EndAsync(reply, isDone, text);
    }

    private static async Task<(bool IsDone, string Text)> WorkAsync(
        SemaphoreSlim turn, Action<string> tell, Func<Action<string>, Task> what, string done)
    {
        await turn.WaitAsync();
        try
        {
            await what(tell);
            return (true, done);
        }
        catch (Exception e) when (e is FleetException or MySqlException or IOException or TimeoutException)
        {
            return (false, $"That did not work: {e.Message}\nPerhaps something else is broken already; mend undoes all of it.");
        }
        finally
        {
            turn.Release();
        }
    }
}
