namespace ProxyGuard.Core.Replication;

/// <summary>
/// What a replica shows by its GTIDs, held against the primary's own timeline: a transaction keeps its GTID on every server, at any depth
/// of a chain.
/// </summary>
/// <param name="primaryState">As of this tick; null where the primary is not known yet.</param>
internal sealed class GtidClock(NodeState? primaryState)
{
    /// <summary>
    /// Where MariaDB applies several GTID domains beside each other, its position is that of the foremost: what it shows is no newer than
    /// the last of them, held against the primary's own at any depth. Null when that is not known.
    /// </summary>
    public MonotonicInstant? Held(MonotonicInstant? shown, ReplicationStatus status, NodeState? source, NodeReading.Answered answer)
    {
        if (!status.UsesGtid || source is not { Role: not NodeRole.Source })
            return shown;
        if (primaryState is not { LastAnswer: { } head } primary || DomainsOf(head) is not { Count: > 1 })
            return shown;
        var filters = new ReplicationFilters(status.Filters);
        // What it wrote itself, as the primary of before, it does not fetch again: with USE_GTID=current_pos that is in its own binlog
        // only.
        GtidDomains? own = GtidDomains.TryParse(answer.Replication.BinlogGtids);
        MonotonicInstant? last = GtidDomains.TryParse(status.ExecutedGtids) is { } reached
            ? primary.Timeline.ContentTime(
                domains => reached.Covers(
                    domains, domain => filters.Passes(domain) && own?.HasWritten(domains, domain, answer.Server.Id) != true))
            : null;
        return shown is { } foremost && last is { } slowest ? MonotonicInstant.Earlier(foremost, slowest) : null;
    }

    /// <summary>
    /// A transaction keeps its GTID on every server, so the primary's own timeline answers at any depth. What the two sets have beside the
    /// primary's transactions must be the same, and a replica that seems to have more than the primary is left to the positions: null then.
    /// </summary>
    public MonotonicInstant? BySet(ReplicationStatus status)
    {
        if (primaryState is not { Silence: null, LastAnswer: { } head } primary || ProgressOf(head.HeadGtids, head) is not { } all)
            return null;
        GtidProgress? shown = ProgressOf(status.ExecutedGtids, head);
        return shown is { Through: > 0 } has && has.Through <= all.Through && has.Others == all.Others
            ? primary.Timeline.ContentTime(has.Through)
            : null;
    }

    /// <summary>The same by MariaDB's GTIDs, where they are certain.</summary>
    public MonotonicInstant? ByDomains(ReplicationStatus status)
    {
        if (primaryState is not { Silence: null, LastAnswer: { } head } primary || DomainsOf(head) is not { } all)
            return null;
        return GtidDomains.TryParse(status.ExecutedGtids) is { } reached && !reached.IsAheadOf(all)
            ? primary.Timeline.ContentTime(reached.ProvesAllOf)
            : null;
    }

    /// <summary>
    /// Whether it had more of the primary's transactions by GTID at the last tick than the primary has by now. A primary that waits for a
    /// replica's acknowledgement (semi-synchronous, AFTER_SYNC) looks the same while another replica has applied already: the two cannot be
    /// told apart then.
    /// </summary>
    public bool Skips(NodeState state, ReplicationStatus status)
    {
        if (primaryState is not { Silence: null, LastAnswer: { } head } || ProgressOf(head.HeadGtids, head) is not { } all)
            return false;
        string? last = state.Channels.FirstOrDefault(channel => channel.Status.Channel == status.Channel)?.Status.ExecutedGtids;
        return ProgressOf(last, head) is { } had && had.Last > all.Last;
    }

    private static GtidDomains? DomainsOf(NodeReading.Answered primary) => GtidDomains.TryParse(primary.Replication.BinlogGtids);

    private static GtidProgress? ProgressOf(string? gtids, NodeReading.Answered primary) =>
        GtidProgress.TryParse(gtids, primary.Server.Uuid);
}
