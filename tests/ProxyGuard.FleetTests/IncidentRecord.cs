using System.Net;
using ProxyGuard.Demo.Site;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>What was seen of one incident, and when what happened in it.</summary>
internal sealed class IncidentRecord
{
    public DateTimeOffset BrokenFrom { get; set; }

    /// <summary>By the replicas' own word, the first one first.</summary>
    public IReadOnlyList<DateTimeOffset> ReplicasStoppedAt { get; set; } = [];

    /// <summary>From here on root writes directly to the primary.</summary>
    public DateTimeOffset BacklogFrom { get; set; }

    /// <summary>When root had written it all and began to mend.</summary>
    public DateTimeOffset MendedAt { get; set; }

    public DateTimeOffset ReopenedAt { get; set; }

    public IReadOnlyList<WriteSeen> Writes { get; set; } = [];

    public IReadOnlyList<PageSeen> Pages { get; set; } = [];

    public IReadOnlyList<StatusSeen> Statuses { get; set; } = [];

    /// <summary>What the web nodes wrote to the primary.</summary>
    public IReadOnlyList<AcceptedComment> Accepted { get; set; } = [];

    /// <summary>The texts on each node in the end.</summary>
    public Dictionary<string, HashSet<string>> CommentsOn { get; } = [];

    public PageSeen PageMeanwhile { get; set; } = null!;

    public PageSeen PageAfterwards { get; set; } = null!;

    public string FleetReport { get; set; } = "";

    public HttpStatusCode FleetReportWithoutKey { get; set; }

    public DateTimeOffset AllStoppedAt => ReplicasStoppedAt[^1];

    public WriteSeen FirstRefusal => Writes.First(write => write.IsRefused);

    /// <summary>Sent between the stop of the last replica and the end.</summary>
    public IEnumerable<StatusSeen> StatusesWhileReadOnly => Statuses.Where(status => status.Mode == "read-only");
}
