using System.Diagnostics;
using System.Net.WebSockets;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ProxyGuard.BrowserTests;

/// <summary>
/// The machine's own Firefox, by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/): Playwright drives only a Firefox of its own. One tab,
/// and one question at a time.
/// </summary>
internal sealed class Firefox : IAsyncDisposable
{
    private const string Program = "/usr/bin/firefox-esr";
    private const string Listening = "WebDriver BiDi listening on ";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _profile;
    private readonly ClientWebSocket _socket = new();
    private string _tab = "";
    private int _last;

    private Firefox(Process process, string profile) => (_process, _profile) = (process, profile);

    /// <summary>Skips the test where there is none.</summary>
    public static async Task<Firefox> StartAsync(int width, int height)
    {
        if (!File.Exists(Program))
            Assert.Skip($"There is no {Program}. On Debian: apt-get install firefox-esr");
        string profile = Directory.CreateTempSubdirectory("proxyguard-firefox-").FullName;
        var start = new ProcessStartInfo(Program, ["--headless", "--remote-debugging-port=0", "--profile", profile, "--no-remote"])
        {
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        // It asks for a home of its own, where it may write.
        start.Environment["HOME"] = profile;
        var firefox = new Firefox(Process.Start(start)!, profile);
        try
        {
            await firefox.ConnectAsync(width, height);
            return firefox;
        }
        catch
        {
            await firefox.DisposeAsync();
            throw;
        }
    }

    public Task GoToAsync(Uri address) =>
        AskAsync("browsingContext.navigate", new() { ["context"] = _tab, ["url"] = address.ToString(), ["wait"] = "complete" });

    /// <summary>What an expression is, once its promise is kept: a text, a number, a truth or null.</summary>
    public async Task<T?> EvaluateAsync<T>(string expression)
    {
        JsonNode answer = await AskAsync("script.evaluate", new()
        {
            ["expression"] = expression,
            ["target"] = new JsonObject { ["context"] = _tab },
            ["awaitPromise"] = true,
        });
        Assert.True((string?)answer["type"] == "success", answer.ToJsonString());
        return answer["result"]!["value"] is { } value ? value.GetValue<T>() : default;
    }

    public async Task WaitForAsync(string condition)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!await EvaluateAsync<bool>($"Boolean({condition})"))
            await Task.Delay(100, deadline.Token);
    }

    /// <summary>Moves the mouse to a point of the window and clicks.</summary>
    public Task ClickAsync(double x, double y) => AskAsync("input.performActions", new()
    {
        ["context"] = _tab,
        ["actions"] = new JsonArray(new JsonObject
        {
            ["type"] = "pointer",
            ["id"] = "mouse",
            ["actions"] = new JsonArray(
                new JsonObject { ["type"] = "pointerMove", ["x"] = (int)x, ["y"] = (int)y },
                new JsonObject { ["type"] = "pointerDown", ["button"] = 0 },
                new JsonObject { ["type"] = "pointerUp", ["button"] = 0 }),
        }),
    });

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_profile, recursive: true);
    }

    private async Task ConnectAsync(int width, int height)
    {
        using var deadline = new CancellationTokenSource(Patience);
        string? line = "";
        while (line is not null && !line.Contains(Listening, StringComparison.Ordinal))
            line = await _process.StandardError.ReadLineAsync(deadline.Token);
        Assert.NotNull(line);
        // Nobody reads on, and a full pipe would stop it.
        _ = _process.StandardError.BaseStream.CopyToAsync(Stream.Null);
        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        await _socket.ConnectAsync(new Uri($"{line[(line.IndexOf(Listening, StringComparison.Ordinal) + Listening.Length)..]}/session"), deadline.Token);
        await AskAsync("session.new", new() { ["capabilities"] = new JsonObject() });
        _tab = (string)(await AskAsync("browsingContext.create", new() { ["type"] = "tab" }))["context"]!;
        await AskAsync("browsingContext.setViewport",
            new() { ["context"] = _tab, ["viewport"] = new JsonObject { ["width"] = width, ["height"] = height } });
        await AskAsync("script.addPreloadScript", new() { ["functionDeclaration"] = $"() => {{ {Tab.OpenRoots} }}" });
    }

    private async Task<JsonNode> AskAsync(string method, JsonObject parameters)
    {
        using var deadline = new CancellationTokenSource(Patience);
        int id = ++_last;
        var question = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters };
        await _socket.SendAsync(JsonSerializer.SerializeToUtf8Bytes(question), WebSocketMessageType.Text, true, deadline.Token);
        while (true)
        {
            using var message = new MemoryStream();
            byte[] piece = new byte[16 * 1024];
            ValueWebSocketReceiveResult received;
            do
            {
                received = await _socket.ReceiveAsync(piece.AsMemory(), deadline.Token);
                message.Write(piece, 0, received.Count);
            }
            while (!received.EndOfMessage);
            JsonNode answer = JsonNode.Parse(message.ToArray())!;
            // Anything else is an event.
            if ((int?)answer["id"] == id)
                return answer["result"] ?? throw new InvalidOperationException($"{method}: {answer.ToJsonString()}");
        }
    }
}
