using System.Collections.Immutable;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
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
    public async Task<SettingsChange> CompareAsync(string by)
    {
        // Not in the middle of a reload, when half of it is in force.
        await _one.WaitAsync().ConfigureAwait(false);
        try
        {
            return (await ReadAsync(by).ConfigureAwait(false)).Change;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Reads the file again, and lets it be in force. Returns when it is.</summary>
    /// <param name="by">The name of the key, or what asked for it.</param>
    /// <exception cref="SettingsException">It has faults, which are logged too. Nothing was changed.</exception>
    public async Task<SettingsChange> ReloadAsync(string by, CancellationToken stop)
    {
        await _one.WaitAsync(stop).ConfigureAwait(false);
        try
        {
            (CheckedConfiguration next, SettingsChange change) = await ReadAsync(by).ConfigureAwait(false);
            await TakeAsync(next, change).ConfigureAwait(false);
            foreach (ConfigurationError note in next.Settings.Notes)
                log.ConfigurationNoted(note.Path, note.Problem);
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

    /// <summary>What would be in force, which is checked as a whole: with that of the start for what needs a restart.</summary>
    private async Task<(CheckedConfiguration Next, SettingsChange Change)> ReadAsync(string by)
    {
        CheckedConfiguration read = await origin.ReadAsync().ConfigureAwait(false);
        var change = SettingsChange.Between(origin.InForce, read.Values, by);
        CheckedConfiguration next = await origin.ReconcileAsync(read).ConfigureAwait(false);
        return (next, change.With(live.Current, next.Settings));
    }

    /// <summary>
    /// Rules and nodes come before routes: a new address is never open without its rule. Whatever goes wrong on the way, all goes back.
    /// </summary>
    private async Task TakeAsync(CheckedConfiguration next, SettingsChange change)
    {
        GuardSettings before = live.Current;
        try
        {
            await ApplyAsync(WithSameFleet(next.Settings, before), change).ConfigureAwait(false);
            await origin.AdoptAsync(next.Values).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // Whatever it was, half of a configuration must not stay in force.
        catch (Exception e)
#pragma warning restore CA1031
        {
            // Another one in content and the same in words: readings of nodes that were let go say nothing of it.
            GuardRules rules = before.Rules with { Fleet = before.Rules.Fleet with { } };
            await ApplyAsync(before with { Rules = rules }, change with { By = $"{change.By} (undone)" }).ConfigureAwait(false);
            throw e as SettingsException
                ?? new SettingsException([new ConfigurationError("The configuration", $"could not be put in force: {e.Message}")]);
        }
    }

    private async Task ApplyAsync(GuardSettings next, SettingsChange change)
    {
        await nodes.ReplaceAsync(next).ConfigureAwait(false);
        await guard.ChangeRulesAsync(next.Rules, change, CancellationToken.None).ConfigureAwait(false);
        live.Replace(next);
    }

    /// <summary>Where no node is another one, the readings that are under way go on counting.</summary>
    private static GuardSettings WithSameFleet(GuardSettings next, GuardSettings before)
    {
        FleetRules fleet = before.Rules.Fleet;
        return next.Rules.Fleet.SaysTheSameAs(fleet) && next.Connections.SequenceEqual(before.Connections)
            ? next with { Rules = next.Rules with { Fleet = fleet } }
            : next;
    }
}
