using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Deciding.Reloading;

/// <summary>
/// Reloads on SIGHUP, and tells when the file says something else than what is in force. A file that was merely saved is never taken by
/// itself: a half-made edit that happens to be valid could drop a rule.
/// </summary>
/// <param name="signal">Null: none is heard.</param>
internal sealed class ConfigurationWatch(
    ConfigurationReload reload, ConfigurationOrigin origin, HangupSignal? signal, GuardClock clock, ILogger<ConfigurationWatch> log)
    : BackgroundService, IMetricSource
{
    public const string OnSignal = "SIGHUP";

    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(5);

    private readonly WakeTimer _timer = new(clock.Time);
    private (string Path, DateTime Written, long Length) _seen = Look(origin.File);
    private IReadOnlyDictionary<string, string?> _comparedWith = origin.InForce;
    private int _isAsked;
    private string? _told;
    private bool _differs;

    /// <summary>Whether the file says something else than what is in force, or cannot be used, as far as seen.</summary>
    public bool Differs => Volatile.Read(ref _differs);

    public IEnumerable<MetricFamily> Families =>
    [
        MetricFamily.Gauge(
            "proxyguard_configuration_differs", "1 while the configuration file says something else than what is in force",
            Differs ? 1 : 0),
    ];

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (origin.File is not { } file)
            return;
        using IDisposable? hearing = signal?.Heard(Ask);
        while (!stoppingToken.IsCancellationRequested)
        {
            await _timer.WaitAsync(LookInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await RoundAsync(file).ConfigureAwait(false);
            }
            catch (SettingsException)
            {
                // It is logged, with all that is wrong; nobody else waits for an answer.
            }
#pragma warning disable CA1031 // The watcher never dies quietly: whatever it was, it is told, and the next signal is heard.
            catch (Exception e)
#pragma warning restore CA1031
            {
                log.NotReloaded(OnSignal, e.Message);
            }
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    private void Ask()
    {
        Volatile.Write(ref _isAsked, 1);
        _timer.Wake();
    }

    private async Task RoundAsync(string file)
    {
        // However many signals came meanwhile, the file is read once, after the last of them.
        if (Interlocked.Exchange(ref _isAsked, 0) != 0)
            await reload.ReloadAsync(OnSignal, CancellationToken.None).ConfigureAwait(false);
        // An edit, an edit back, or a reload: nothing else makes another difference of it.
        (string, DateTime, long) seen = Look(file);
        IReadOnlyDictionary<string, string?> inForce = origin.InForce;
        if (seen == _seen && ReferenceEquals(inForce, _comparedWith))
            return;
        (_seen, _comparedWith) = (seen, inForce);
        await CompareAsync(file).ConfigureAwait(false);
    }

    private async Task CompareAsync(string file)
    {
        try
        {
            SettingsChange change = await reload.CompareAsync(OnSignal).ConfigureAwait(false);
            // What only awaits a restart was told by the reload.
            bool differs = change.Options.Any(option => !option.NeedsRestart || !reload.AwaitRestart.Contains(option));
            Tell(differs ? EventLog.Joined(change.Lines, EventLog.MostChanges) : null, told => log.ConfigurationDiffers(file, told));
        }
        catch (SettingsException e)
        {
            Tell(string.Join(" ", e.Faults), why => log.ConfigurationIsFaulty(file, why));
        }

        if (!Differs && _told is not null)
            log.ConfigurationAgrees(file);
        _told = Differs ? _told : null;
    }

    private void Tell(string? difference, Action<string> say)
    {
        Volatile.Write(ref _differs, difference is not null);
        if (difference is null || difference == _told)
            return;
        say(difference);
        _told = difference;
    }

    /// <summary>What changes when the file is another one: also where a link leads to another place, as in Kubernetes.</summary>
    private static (string, DateTime, long) Look(string? file)
    {
        if (file is null)
            return default;
        try
        {
            string path = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
            var info = new FileInfo(path);
            return info.Exists ? (path, info.LastWriteTimeUtc, info.Length) : default;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
