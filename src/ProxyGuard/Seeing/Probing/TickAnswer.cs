using System.Collections.Immutable;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Seeing.Probing;

/// <summary>What one tick's statements said, in their order.</summary>
internal sealed class TickAnswer
{
    /// <summary>How many were answered to the end.</summary>
    public int Statements { get; set; }

    public ServerId Server { get; private set; }

    // Who does not say whether it refuses writes is not taken for one that accepts them.
    public bool ReadOnly { get; private set; } = true;

    public bool SuperReadOnly { get; private set; }

    public ImmutableArray<ReplicationStatus> Channels { get; private set; } = [];

    public BinlogHead? Head { get; private set; }

    public ImmutableArray<string> BinlogFilters { get; private set; } = [];

    public ReplicationSettings Replication { get; private set; } = ReplicationSettings.Unsaid;

    public void Add(StatusRow row)
    {
        switch (Statements)
        {
            case 0:
                Server = ReplicationRows.Server(row);
                ReadOnly = row.Switch("read_only") ?? true;
                SuperReadOnly = row.Switch("super_read_only") ?? false;
                break;
            case 1:
                if (ReplicationRows.Channel(row) is { } channel)
                    Channels = Channels.Add(channel);
                break;
            case 2 when Head is null:
                Head = ReplicationRows.Head(row);
                BinlogFilters = ReplicationRows.BinlogFilters(row);
                break;
            case 3:
                Replication = ReplicationRows.Passing(row, Replication);
                break;
            default:
                break;
        }
    }
}
