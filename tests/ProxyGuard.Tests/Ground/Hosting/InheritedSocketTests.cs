using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Hosting;

/// <summary>
/// The program as systemd starts it for a socket unit: the parent keeps the listening socket and hands it over. While one process ends and
/// the next one starts, clients wait, and none is refused.
/// </summary>
public sealed class InheritedSocketTests : IAsyncLifetime
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    private readonly string _directory = Directory.CreateTempSubdirectory("proxyguard-sockets-").FullName;
    private readonly ConcurrentBag<string> _failures = [];
    private long _answered;
    private Upstream? _upstream;

    public async ValueTask InitializeAsync()
    {
        _upstream = await Upstream.StartAsync("web1");
        _upstream.Answer = async context =>
        {
            // An ordinary page takes a moment: so that some are always under way.
            await Task.Delay(20);
            await context.Response.BodyWriter.WriteAsync("page"u8.ToArray());
        };
    }

    public async ValueTask DisposeAsync()
    {
        await _upstream!.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task A_restart_under_load_refuses_no_connection_and_finishes_what_is_under_way()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "handing sockets over is done as systemd does it");
        using var parent = new SocketParent();
        var address = new Uri($"http://{parent.Address}/");
        Process first = Start(parent, address);
        await Eventually.HappensAsync("it answers", Deadline, () => AnswersAsync(address));
        using var load = new CancellationTokenSource();
        Task[] clients = [.. Enumerable.Range(0, 8).Select(_ => AskAsync(address, load.Token))];
        for (int restart = 0; restart < 3; restart++)
        {
            await AnsweredAsync(100);
            SocketParent.Terminate(first);
            await first.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
            first.Dispose();
            // Nobody listens but the kernel.
            await Task.Delay(500, TestContext.Current.CancellationToken);
            first = Start(parent, address);
        }

        await AnsweredAsync(200);
        await load.CancelAsync();
        await Task.WhenAll(clients);
        first.Kill();
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        first.Dispose();

        Assert.Empty(_failures);
    }

    /// <summary>Whoever reloads just after a restart was asked for: nobody's upload may be cut off by it.</summary>
    [Fact]
    public async Task A_hangup_while_what_is_under_way_is_finished_ends_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "handing sockets over is done as systemd does it");
        var held = new TaskCompletionSource();
        _upstream!.Answer = async context =>
        {
            if (context.Request.Path == "/slow")
                await held.Task;
            await context.Response.BodyWriter.WriteAsync("page"u8.ToArray());
        };
        using var parent = new SocketParent();
        var address = new Uri($"http://{parent.Address}/");
        using Process process = Start(parent, address);
        await Eventually.HappensAsync("it answers", Deadline, () => AnswersAsync(address));
        using var http = new HttpClient { BaseAddress = address };
        Task<string> slow = http.GetStringAsync("/slow", TestContext.Current.CancellationToken);
        await Eventually.HappensAsync("it is under way", Deadline, () => _upstream.Seen.Any(seen => seen.Target == "/slow"));

        SocketParent.Terminate(process);
        for (int signal = 0; signal < 10; signal++)
        {
            await EndedProcess.OfAsync(new("kill", ["-HUP", $"{process.Id}"]));
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        held.SetResult();
        Assert.Equal("page", await slow);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_socket_that_no_listener_is_configured_for_ends_the_program_with_a_sentence()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "handing sockets over is done as systemd does it");
        using var parent = new SocketParent();
        using Process process = Start(parent, new Uri("http://127.0.0.1:0/"));

        string errors = await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken)
            .WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.NotEqual(0, process.ExitCode);
        Assert.Contains($"ProxyGuard cannot start: a listening socket was handed over for {parent.Address}", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", errors, StringComparison.Ordinal);
    }

    private Process Start(SocketParent parent, Uri address)
    {
        string config = Path.Combine(_directory, "proxyguard.json");
        var json = new JsonObject
        {
            ["Urls"] = address.GetLeftPart(UriPartial.Authority),
            ["ReverseProxy"] = JsonNode.Parse(
                $$"""
                { "Routes": { "site": { "ClusterId": "site", "Match": { "Path": "{**catch-all}" } } },
                  "Clusters": { "site": { "Destinations": { "web1": { "Address": "{{_upstream!.Address}}" } } } } }
                """),
            // Servers that nobody can reach: pages are served all the same.
            ["ProxyGuard"] = JsonNode.Parse(
                """
                { "Site": { "Name": "Photo Club" },
                  "Nodes": { "db1": { "Connection": "Server=127.0.0.1;Port=1", "Role": "primary" },
                             "db2": { "Connection": "Server=127.0.0.1;Port=2", "Role": "replica" } },
                  "Admin": { "Listen": "http://127.0.0.1:0" } }
                """),
        };
        File.WriteAllText(config, json.ToJsonString());
        return parent.Start("run", "--config", config);
    }

    private async Task AskAsync(Uri address, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            // A new connection each time: those are what a restart could refuse.
            using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
            try
            {
                if (await http.GetStringAsync("/photos/1", CancellationToken.None) == "page")
                    Interlocked.Increment(ref _answered);
                else
                    _failures.Add("another page");
            }
            catch (HttpRequestException e)
            {
                _failures.Add($"{e.HttpRequestError} {e.StatusCode} {e.Message}");
            }
        }
    }

    private Task AnsweredAsync(long more)
    {
        long from = Interlocked.Read(ref _answered);
        return Eventually.HappensAsync($"{more} more are answered", Deadline, () => Interlocked.Read(ref _answered) >= from + more);
    }

    private static async Task<bool> AnswersAsync(Uri address)
    {
        using var http = new HttpClient { BaseAddress = address };
        return await http.GetStringAsync("/photos/1") == "page";
    }
}
