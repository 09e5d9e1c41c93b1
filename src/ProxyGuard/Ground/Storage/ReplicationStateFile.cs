using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Ground.Storage;

/// <summary>What was remembered: per node, and the incident that was open.</summary>
internal sealed record RestoredFleet(IReadOnlyDictionary<string, NodeMemory> Nodes, Incident? Incident)
{
    /// <summary>
    /// How each node was, and since when, as a running ProxyGuard has just written it. Empty when none runs: what was in between is
    /// unknown.
    /// </summary>
    public IReadOnlyDictionary<string, (
        NodeHealth Health, MonotonicInstant Since)> Healths
    { get; init; } = new Dictionary<string, (NodeHealth, MonotonicInstant)>();

    public NodeMemory? NodeNamed(string name) => Nodes.GetValueOrDefault(name);
}

/// <summary>
/// The file's form. When it was written is told twice: by the time of day, and by the machine's own start, which no one can set.
/// </summary>
internal sealed record ReplicationStateForm(
    DateTimeOffset At, BootId? Machine, Dictionary<string, RememberedNode> Nodes, RememberedIncident? Incident)
{
    public const int Current = 1;

    /// <summary>Of the form; null in files of before it was written.</summary>
    public int? Version { get; init; }
}

/// <param name="Timeline">Oldest first; of each entry the milliseconds before the file was written, the number of the binlog file, and the
/// offset in it.</param>
internal sealed record RememberedNode(long ServerId, string? ServerUuid, string? LogName, List<long[]> Timeline)
{
    /// <summary>Where its catch-up began; null where it needs none.</summary>
    public required string? CatchUpFile { get; init; }

    public required long CatchUpOffset { get; init; }

    public NodeHealth? Health { get; init; }

    /// <summary>Since when; null in files of earlier versions.</summary>
    public DateTimeOffset? Since { get; init; }
}

/// <param name="FarthestPercent">Null when no percent was told yet, and in files of before it was written.</param>
internal sealed record RememberedIncident(Cause Cause, DateTimeOffset Since, double? FarthestPercent = null);

/// <summary>
/// replication.json: the timelines, so that a restart in the middle of an incident still knows what positions stand for, and since when it
/// is. Written every few seconds and at every change of the mode; a gap only makes content times older than they are, never newer.
/// </summary>
internal sealed class ReplicationStateFile(
    StateDirectory directory, GuardClock clock, BootClock boot, ILogger<ReplicationStateFile> log) : BackgroundService, IGuardListener
{
    private const string Name = "replication.json";

    // A timeline of a week is a few hundred kilobytes; every ten seconds that is nothing to a disk.
    private static readonly TimeSpan SaveInterval = TimeSpan.FromSeconds(10);

    // Three times what lies between two writings: who wrote it still runs, and has seen what was since.
    private static readonly TimeSpan WrittenJustNow = 3 * SaveInterval;

    // After a restart a second more or less does not matter.
    private static readonly TimeSpan Gap = TimeSpan.FromSeconds(1);

    // A week of all the nodes there may be is far below.
    private const int MostBytes = 128 * 1024 * 1024;

    // Older moments are damage: timelines do not go back as far.
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(366);

    private readonly WakeTimer _timer = new(clock.Time);
    private GuardView? _latest;
    private bool _isMissed;

    public RestoredFleet Load()
    {
        try
        {
            if (directory.Read(Name, MostBytes) is { } json)
                return Restored(
                    JsonSerializer.Deserialize(json, StateJson.Default.ReplicationStateForm) ?? throw new JsonException("it says null"));
        }
        catch (Exception e) when (StateJson.IsUnreadable(e))
        {
            log.NotRestored(Name, e.Message);
            if (!directory.OnlyReads)
                SetAside();
        }

        return new RestoredFleet(new Dictionary<string, NodeMemory>(), null);
    }

    private void SetAside()
    {
        try
        {
            log.SetAside(Name, directory.SetAside(Name, clock.UtcNow));
        }
        catch (IOException e)
        {
            log.NotStored(Name, e);
        }
    }

    public void Posted(GuardView before, GuardView after)
    {
        Volatile.Write(ref _latest, after);
        if ((before.Incident is null) != (after.Incident is null))
            _timer.Wake();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            while (true)
            {
                await _timer.WaitAsync(SaveInterval, stoppingToken).ConfigureAwait(false);
                Save();
            }
        }
        catch (OperationCanceledException)
        {
            // Shutdown: what is known now is written once more.
            Save();
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        base.Dispose();
    }

    private void Save()
    {
        if (Volatile.Read(ref _latest) is not { } view)
            return;
        try
        {
            directory.Replace(
                Name, JsonSerializer.SerializeToUtf8Bytes(Remembered(view, clock.Now), StateJson.Default.ReplicationStateForm));
            if (_isMissed)
                log.IsStored(Name);
            _isMissed = false;
        }
        catch (IOException e)
        {
            // Told once: the same disk is full every ten seconds.
            if (!_isMissed)
                log.NotStored(Name, e);
            _isMissed = true;
        }
    }

    private ReplicationStateForm Remembered(GuardView view, MonotonicInstant now) => new(
        clock.ToUtc(now),
        boot.Now(),
        view.Fleet.Nodes.ToDictionary(
            node => node.Rules.Name, node => Remembered(node, now) with { Health = node.Health, Since = clock.ToUtc(node.Since) }),
        // Ignorance is no incident to come back to.
        view.Incident is { SawFault: true } incident
            ? new RememberedIncident(incident.Cause, clock.ToUtc(incident.Since), incident.FarthestPercent) : null)
    {
        Version = ReplicationStateForm.Current,
    };

    private static RememberedNode Remembered(NodeState node, MonotonicInstant now)
    {
        Timeline timeline = node.Timeline;
        return new RememberedNode(
            timeline.Server.Id,
            timeline.Server.Uuid,
            timeline.Entries.Count > 0 ? timeline.Entries[0].Head.LogName : null,
            [.. timeline.EntriesApart(Gap)
                .Select(entry => new long[] { (long)(now - entry.Content).TotalMilliseconds, entry.Head.Sequence, entry.Head.Offset })])
        {
            CatchUpFile = node.Track?.Start.File,
            CatchUpOffset = node.Track?.Start.Offset ?? 0,
        };
    }

    private RestoredFleet Restored(ReplicationStateForm file)
    {
        if (file.Version is not (null or ReplicationStateForm.Current))
            throw new JsonException($"it is of version {file.Version}; this ProxyGuard knows version {ReplicationStateForm.Current}");
        if (file.Nodes.ContainsValue(null!))
            throw new JsonException("it has a node without anything known about it");
        Incident? incident = file.Incident is { } open
            ? new Incident(open.Cause, clock.FromUtc(open.Since), SawFault: true, CalmSince: null)
            {
                FarthestPercent = open.FarthestPercent is >= 0 and <= 100 ? open.FarthestPercent : null,
            }
            : null;
        if (boot.Since(file.Machine, file.At, clock.UtcNow) is not { } ago || ago < TimeSpan.Zero)
        {
            log.NotRestored(Name, "the host's clock was set back since it was written, so it is not known how old it is");
            return new RestoredFleet(new Dictionary<string, NodeMemory>(), incident);
        }

        MonotonicInstant writtenAt = clock.Now - ago;
        return new RestoredFleet(file.Nodes.ToDictionary(node => node.Key, node => Restored(node.Value, writtenAt)), incident)
        {
            Healths = ago > WrittenJustNow ? new Dictionary<string, (NodeHealth, MonotonicInstant)>() : HealthsOf(file),
        };
    }

    private Dictionary<string, (NodeHealth Health, MonotonicInstant Since)> HealthsOf(ReplicationStateForm file)
    {
        var healths = new Dictionary<string, (NodeHealth, MonotonicInstant)>();
        foreach ((string name, RememberedNode node) in file.Nodes)
        {
            if (node is { Health: { } health, Since: { } since })
                healths[name] = (health, clock.FromUtc(since));
        }

        return healths;
    }

    private static NodeMemory Restored(RememberedNode node, MonotonicInstant writtenAt) => new(
        Timeline.Resume(
            new ServerId(node.ServerId, node.ServerUuid),
            node.Timeline.Select(entry => Restored(entry, node.LogName, writtenAt)).OfType<TimelineEntry>()),
        BinlogPosition.TryParse(node.CatchUpFile, node.CatchUpOffset));

    private static TimelineEntry? Restored(long[] entry, string? logName, MonotonicInstant writtenAt) =>
        entry is [>= 0 and var age, var log, var offset] && age <= Oldest.TotalMilliseconds
            && BinlogPosition.TryParse($"{logName}.{log}", offset) is { } head
            ? new TimelineEntry(writtenAt - TimeSpan.FromMilliseconds(age), head)
            : null;
}
