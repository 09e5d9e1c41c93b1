using System.Net.Sockets;
using System.Text.Json;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.WebNode;

namespace ProxyGuard.Testing;

/// <summary>A small web server in a process of its own, which a test can kill and start again.</summary>
internal sealed class WebServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);

    private readonly string _directory;
    private readonly WebNodeSettings _settings;
    private ChildProcess? _process;

    /// <param name="directory">Where it keeps its settings and logs; it must be there.</param>
    public WebServerProcess(string name, string directory, string writes, string reads, bool followsHeader)
    {
        Name = name;
        _directory = directory;
        _settings = new WebNodeSettings
        {
            Port = LoopbackPorts.FindFree(1)[0],
            LogFile = FileOf("requests"),
            Writes = writes,
            Reads = reads,
            FollowsHeader = followsHeader,
        };
    }

    public string Name { get; }

    public Uri Address => new($"http://127.0.0.1:{_settings.Port}/");

    /// <summary>Each request that arrived, such as <c>POST /entries/token-1</c>, in order, over all its starts.</summary>
    public IReadOnlyList<string> Arrived => File.Exists(_settings.LogFile) ? File.ReadAllLines(_settings.LogFile) : [];

    /// <summary>Returns when it listens.</summary>
    public async Task StartAsync()
    {
        string settings = FileOf("json");
        await File.WriteAllTextAsync(settings, JsonSerializer.Serialize(_settings));
        _process = await ChildProcess.StartAsync(DotNet.Running("ProxyGuard.WebNode.dll", settings), FileOf("log"), FileOf("pid"));
        await Eventually.HappensAsync($"{Name} listens", StartDeadline, ListensAsync, () => File.ReadAllText(FileOf("log")));
    }

    /// <summary>kill -9.</summary>
    public async Task KillAsync()
    {
        if (_process is null)
            return;
        await _process.KillAsync();
        _process.Dispose();
        _process = null;
    }

    public async ValueTask DisposeAsync() => await KillAsync();

    private async Task<bool> ListensAsync()
    {
        using var client = new TcpClient();
        try
        {
            await client.ConnectAsync(Address.Host, Address.Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private string FileOf(string kind) => Path.Combine(_directory, $"{Name}.{kind}");
}
