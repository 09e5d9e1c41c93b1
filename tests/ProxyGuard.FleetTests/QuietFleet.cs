using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>One fleet for the tests that break nothing. Each may change ProxyGuard's configuration and start it again.</summary>
public sealed class QuietFleet(FleetHome home) : IAsyncDisposable
{
    private GuardedFleet? _site;

    /// <summary>In normal mode, with the configuration it began with.</summary>
    internal async Task<GuardedFleet> StartAsync()
    {
        string directory = home.DirectoryOrSkip();
        if (_site is not null)
            await _site.RestoreAsync();
        return _site ??= await GuardedFleet.StartAsync(directory);
    }

    public async ValueTask DisposeAsync()
    {
        if (_site is not null)
            await _site.DisposeAsync();
    }
}
