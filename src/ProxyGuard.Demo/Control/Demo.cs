using System.Runtime.InteropServices;
using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Demo.Members;
using ProxyGuard.Demo.Site;

namespace ProxyGuard.Demo.Control;

/// <summary>The whole demo: starts everything in order, runs until it is told to end, and ends everything in the other order.</summary>
internal sealed class Demo : IAsyncDisposable
{
    private readonly DemoSettings _settings;
    private readonly DemoDirectory _directory;
    private readonly TextWriter _output;
    private readonly CancellationTokenSource _stop = new();

    // Until all has ended: a second Ctrl-C must not leave half of it running.
    private readonly PosixSignalRegistration[] _signals;

    // Ended from the last to the first.
    private readonly Stack<IAsyncDisposable> _started = [];

    private Demo(DemoSettings settings, DemoDirectory directory, TextWriter output)
    {
        _settings = settings;
        _directory = directory;
        _output = output;
        _signals = [EndOn(PosixSignal.SIGINT), EndOn(PosixSignal.SIGTERM), EndOn(PosixSignal.SIGHUP)];
    }

    /// <summary>The exit code: 0 when it ran and was told to end, 1 when it could not start.</summary>
    public static async Task<int> RunAsync(DemoSettings settings, TextWriter output, TextWriter errors)
    {
        var directory = new DemoDirectory(settings.Directory);
        try
        {
            using IDisposable? taken = await directory.TryTakeAsync();
            if (taken is null)
                throw new FleetException(
                    $"A demo is running already. End it with: {Invocation.Of(directory, "stop")}\n"
                    + "or start another one with other ports and another --directory.");
            // First, so that the ports they hold are free again.
            await ProxyGuardProcess.EndLeftoverAsync(directory);
            await ReplicationFleet.EndLeftoversAsync(directory.Path);
            string[] obstacles = [.. settings.Obstacles()];
            if (obstacles.Length > 0)
                throw new FleetException(string.Join('\n', obstacles));
            directory.Clear();
            await using (var demo = new Demo(settings, directory, output))
                await demo.RunAsync();
            directory.ClearAll();
            await output.WriteLineAsync("Everything has ended.");
            return 0;
        }
        catch (Exception e) when (e is FleetException or MySqlException or IOException or UnauthorizedAccessException or TimeoutException)
        {
            await errors.WriteLineAsync(e.Message);
            return 1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        while (_started.TryPop(out IAsyncDisposable? part))
            await part.DisposeAsync();
        foreach (PosixSignalRegistration signal in _signals)
            signal.Dispose();
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        Membership? members = null;
        try
        {
            members = await StartAsync();
            await Task.Delay(Timeout.Infinite, _stop.Token);
        }
        catch (Exception e) when (_stop.IsCancellationRequested && e is OperationCanceledException or FleetException or MySqlException)
        {
            // Ctrl-C reaches also those that install and copy for us, so that a start can fail by it in many ways.
            Say("Stopping …");
            if (members is not null)
                Say($"The members got {members.Tally}.");
        }
    }

    private async Task<Membership> StartAsync()
    {
        Say("Starting three database nodes …");
        var fleetSettings = new FleetSettings { ThroughRelays = true, Ports = _settings.DatabasePorts, Tell = line => Say($"  {line}") };
        ReplicationFleet fleet = Keep(await ReplicationFleet.StartAsync(_directory.Path, 2, fleetSettings, _stop.Token));
        Faults faults = Keep(new Faults(fleet));

        Say("Starting three web nodes …");
        await using (MySqlConnection root = await fleet.Primary.ConnectAsync(_stop.Token))
            await PhotoSchema.SetUpAsync(root, _stop.Token);
        await fleet.WaitUntilCaughtUpAsync(TimeSpan.FromSeconds(30), _stop.Token);
        Account app = fleet.Accounts.App;
        SiteDatabase[] databases = [.. fleet.Nodes.Select(node => new SiteDatabase(node.Name, node.ConnectionString(app, "photos")))];
        var site = new List<PhotoSite>();
        for (int node = 0; node < databases.Length; node++)
        {
            site.Add(Keep(await PhotoSite.StartAsync(
                $"web{node + 1}", databases[node], databases[0], _settings.WebPorts[node], _settings.CountsViews)));
        }

        ProxyGuardProcess? proxyGuard = null;
        if (_settings.WithProxyGuard)
        {
            Say("Starting ProxyGuard …");
            proxyGuard = Keep(await ProxyGuardProcess.StartAsync(_settings, _directory, fleet, site, _stop.Token));
            _ = WatchAsync(proxyGuard);
        }
        ControlListener control = Keep(await ControlListener.StartAsync(faults, Say, _stop.Cancel));
        _directory.WriteContact(control.Contact);
        Say(Welcome.Text(_settings, _directory, proxyGuard is not null));
        return Keep(new Membership(_settings.Members, _settings.Site));
    }

    private async Task WatchAsync(ProxyGuardProcess proxyGuard)
    {
        await proxyGuard.Ended;
        if (!_stop.IsCancellationRequested)
            Say($"ProxyGuard has ended by itself. Its log is {_directory.ProxyGuardLog}; the demo goes on without it until you stop it.");
    }

    private PosixSignalRegistration EndOn(PosixSignal signal) => PosixSignalRegistration.Create(signal, context =>
    {
        // Ours to end in order; a second signal changes nothing.
        context.Cancel = true;
        _stop.Cancel();
    });

    private T Keep<T>(T part)
        where T : IAsyncDisposable
    {
        _started.Push(part);
        return part;
    }

    private void Say(string text) => _output.WriteLine(text);
}
