using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;

namespace ProxyGuard.Storage;

/// <summary>What was remembered: per node, and the incident that was open.</summary>
internal sealed record RecalledFleet(IReadOnlyDictionary<string, NodeMemory> Nodes, Incident? Incident)
{
    public NodeMemory? NodeNamed(string name) => Nodes.GetValueOrDefault(name);
}

/// <summary>The file's form: moments as times of day, positions as file and offset.</summary>
internal sealed record ReplicationMemoryFile(Dictionary<string, RememberedNode> Nodes, RememberedIncident? Incident);

internal sealed record RememberedNode(long ServerId, string? ServerUuid, string? LogName, List<RememberedEntry> Timeline, string? CatchUpFile, long CatchUpOffset);

internal sealed record RememberedEntry(DateTimeOffset At, long Log, long Offset);

internal sealed record RememberedIncident(Cause Cause, DateTimeOffset Since);

/// <summary>
/// replication.json: the timelines, so that a restart in the middle of an incident still knows what positions stand for, and since when it is.
/// Written every few seconds and at every change of the mode; a gap only makes content times older than they are, never newer.
/// </summary>
internal sealed class ReplicationMemory(StateDirectory directory, GuardClock clock, ILogger<ReplicationMemory> log) : BackgroundService, IGuardListener
{
    private const string Name = "replication.json";

    // A timeline of a week is a few hundred kilobytes; every ten seconds that is nothing to a disk.
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _wake = new(0, 1);
    private GuardView? _latest;

    public RecalledFleet Load()
    {
        try
        {
            if (directory.Read(Name) is { } json && JsonSerializer.Deserialize(json, StateJson.Default.ReplicationMemoryFile) is { } file)
                return Recalled(file);
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException or ArgumentException)
        {
            log.NotRecalled(Name, e.Message);
        }

        return new RecalledFleet(new Dictionary<string, NodeMemory>(), null);
    }

    public void Posted(GuardView before, GuardView after)
    {
        Volatile.Write(ref _latest, after);
        if ((before.Incident is null) != (after.Incident is null) && _wake.CurrentCount == 0)
            _wake.Release();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WaitAsync(stoppingToken).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Shutdown: what is known now is written once more below.
            }

            Save();
        }
    }

    private async Task WaitAsync(CancellationToken stop)
    {
        using var timer = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task due = Task.Delay(Every, clock.Time, timer.Token);
        await Task.WhenAny(due, _wake.WaitAsync(timer.Token)).ConfigureAwait(false);
        await timer.CancelAsync().ConfigureAwait(false);
        stop.ThrowIfCancellationRequested();
    }

    public override void Dispose()
    {
        _wake.Dispose();
        base.Dispose();
    }

    private void Save()
    {
        if (Volatile.Read(ref _latest) is not { } view)
            return;
        try
        {
            directory.Replace(Name, JsonSerializer.SerializeToUtf8Bytes(Remembered(view), StateJson.Default.ReplicationMemoryFile));
        }
        catch (IOException e)
        {
            log.NotStored(Name, e);
        }
    }

    private ReplicationMemoryFile Remembered(GuardView view) => new(
        view.Fleet.Nodes.ToDictionary(node => node.Rules.Name, Remembered),
        // Ignorance is no incident to come back to.
        view.Incident is { SawFault: true } incident ? new RememberedIncident(incident.Cause, clock.ToUtc(incident.Since)) : null);

    private RememberedNode Remembered(NodeState node)
    {
        Timeline timeline = node.Timeline;
        return new RememberedNode(
            timeline.Server.Id,
            timeline.Server.Uuid,
            timeline.Entries.Count > 0 ? timeline.Entries[0].Head.LogName : null,
            [.. timeline.Entries.Select(entry => new RememberedEntry(clock.ToUtc(entry.Content), entry.Head.Sequence, entry.Head.Offset))],
            node.Track?.Start.File,
            node.Track?.Start.Offset ?? 0);
    }

    private RecalledFleet Recalled(ReplicationMemoryFile file) => new(
        file.Nodes.ToDictionary(node => node.Key, node => Recalled(node.Value)),
        file.Incident is { } incident ? new Incident(incident.Cause, clock.FromUtc(incident.Since), SawFault: true, CalmSince: null) : null);

    private NodeMemory Recalled(RememberedNode node) => new(
        Timeline.Resume(new ServerId(node.ServerId, node.ServerUuid), Usable(node)),
        BinlogPosition.TryParse(node.CatchUpFile, node.CatchUpOffset));

    // An entry from the future was written before the host's clock was set back: what it says about when is worth nothing.
    private IEnumerable<TimelineEntry> Usable(RememberedNode node) =>
        node.Timeline.Select(entry => Recalled(entry, node.LogName)).OfType<TimelineEntry>().TakeWhile(entry => entry.Content <= clock.Now);

    private TimelineEntry? Recalled(RememberedEntry entry, string? logName) =>
        BinlogPosition.TryParse($"{logName}.{entry.Log}", entry.Offset) is { } head ? new TimelineEntry(clock.FromUtc(entry.At), head) : null;
}
