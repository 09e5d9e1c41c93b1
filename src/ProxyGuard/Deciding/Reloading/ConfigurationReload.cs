using System.Collections.Immutable;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Seeing.Examination;

namespace ProxyGuard.Deciding.Reloading;

/// <summary>
/// Puts another configuration in the place of the one in force, without a restart: read whole, every fault listed, and only a faultless one
/// taken. What needs a restart stays as it is and is named.
/// </summary>
internal sealed class ConfigurationReload(
    ConfigurationOrigin origin, NodeAccesses nodes, SiteGuard guard, LiveSettings live, ILogger<ConfigurationReload> log)
    : IMetricSource, IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private ImmutableArray<OptionChange> _awaitRestart = [];
    private long _done;
    private long _refused;

    /// <summary>What was reloaded and is not in force before the next start.</summary>
    public ImmutableArray<OptionChange> AwaitRestart => _awaitRestart;

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Counter(
            "proxyguard_reloads_total", "reloads of the configuration, by what came of them",
            MetricFamily.Sample(Interlocked.Read(ref _done), ("result", "in-force")),
            MetricFamily.Sample(Interlocked.Read(ref _refused), ("result", "refused"))),
    ];

    /// <summary>What a reload would change. Nothing is changed.</summary>
    /// <exception cref="SettingsException">The file has faults: it would change nothing.</exception>
    public async Task<SettingsChange> CompareAsync(string by) => ChangeTo(await origin.ReadAsync().ConfigureAwait(false), by);

    /// <summary>Reads the file again, and lets it be in force. Returns when it is.</summary>
    /// <param name="by">The name of the key, or what asked for it.</param>
    /// <exception cref="SettingsException">It has faults, which are logged too. Nothing was changed.</exception>
    public async Task<SettingsChange> ReloadAsync(string by, CancellationToken stop)
    {
        await _one.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            CheckedConfiguration read = await origin.ReadAsync().ConfigureAwait(false);
            SettingsChange change = ChangeTo(read, by);
            GuardSettings before = live.Current;
            await ApplyAsync(read.Settings.Keeping(before), change).ConfigureAwait(false);
            await AdoptRoutesAsync(read, before, change).ConfigureAwait(false);
            _awaitRestart = [.. change.Options.Where(option => option.NeedsRestart)];
            Interlocked.Increment(ref _done);
            return change;
        }
        catch (SettingsException e)
        {
            Interlocked.Increment(ref _refused);
            log.NotReloaded(by, string.Join(" ", e.Faults));
            throw;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private SettingsChange ChangeTo(CheckedConfiguration read, string by) =>
        SettingsChange.Between(origin.InForce, AdoptedConfiguration.Flat(read.Configuration), by);

    private async Task ApplyAsync(GuardSettings next, SettingsChange change)
    {
        await nodes.ReplaceAsync(next).ConfigureAwait(false);
        await guard.ChangeRulesAsync(next.Rules, change, CancellationToken.None).ConfigureAwait(false);
        live.Replace(next);
    }

    /// <summary>YARP checks once more what it is given. Where it takes nothing of it, the rest goes back to what it was.</summary>
    private async Task AdoptRoutesAsync(CheckedConfiguration read, GuardSettings before, SettingsChange change)
    {
        if (await origin.AdoptAsync(read.Configuration).ConfigureAwait(false) is not { } why)
            return;
        await ApplyAsync(before, change with { By = $"{change.By} (undone)" }).ConfigureAwait(false);
        throw new SettingsException([new ConfigurationError("ReverseProxy", $"is refused by the proxy: {why}")]);
    }
}
