using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Ground.Storage;

/// <summary>One change of the mode or the hold: who, when, from what, to what, why.</summary>
internal sealed record AuditLine(DateTimeOffset At, string Who, string From, string To, string Why)
{
    /// <summary>Who changes what no person changed.</summary>
    public const string Automatic = "automatic";

    public static AuditLine Of(DateTimeOffset at, string who, GuardView before, GuardView after, string why) =>
        new(at, who, StateOf(before), StateOf(after), why);

    /// <summary>
    /// What the probes saw. That all is well is said only when it is: enough fresh replicas open the site while others are still late.
    /// </summary>
    public static string Reason(GuardView view)
    {
        if (view.Cause is { } cause)
            return PublicNames.Of(cause);
        string[] others =
        [
            .. view.Fleet.Nodes.Where(node => node.Health is not (NodeHealth.Fresh or NodeHealth.Delayed))
            .Select(node => $"{node.Rules.Name} is {PublicNames.Of(node.Health)}"),
        ];
        return others.Length == 0 ? "every node is well again" : $"enough replicas are fresh again; {string.Join(", ", others)}";
    }

    private static string StateOf(GuardView view) =>
        PublicNames.Of(view.Mode) + (view.Hold is null ? view.Cause is { } cause ? $" ({PublicNames.Of(cause)})" : "" : " (hold)");
}

/// <summary>audit.jsonl: append-only, one JSON object a line. Never rewritten, so it can be shipped and rotated by any tool.</summary>
internal sealed class AuditFile(StateDirectory directory, ILogger<AuditFile> log)
{
    private const string Name = "audit.jsonl";
    private const int MostRead = 1024 * 1024;

    /// <summary>A line that cannot be written is an error in the log, which holds the same facts; the site goes on.</summary>
    public void Append(AuditLine line)
    {
        try
        {
            directory.AppendLine(Name, JsonSerializer.SerializeToUtf8Bytes(line, StateJson.Default.AuditLine));
        }
        catch (IOException e)
        {
            log.NotStored(Name, e);
        }
    }

    /// <summary>The newest lines, the newest last; of a file that was just rotated, those of the new one.</summary>
    /// <param name="most">How many; those of the last megabyte at most, whatever the file has grown to.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    public IReadOnlyList<AuditLine> Last(int most)
    {
        byte[] end = directory.ReadEnd(Name, MostRead);
        var lines = new List<AuditLine>();
        foreach (Range range in end.AsSpan().Split((byte)'\n'))
        {
            // The first may be half a line, the last is empty, and others may have written into the file: what is none of ours is left out.
            if (TryParse(end.AsSpan(range)) is { } line)
                lines.Add(line);
        }

        return lines[Math.Max(0, lines.Count - most)..];
    }

    private static AuditLine? TryParse(ReadOnlySpan<byte> line)
    {
        try
        {
            return line.IsEmpty ? null : JsonSerializer.Deserialize(line, StateJson.Default.AuditLine);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
