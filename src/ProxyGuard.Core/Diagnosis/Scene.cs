using System.Collections.Immutable;
using System.Globalization;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// Where a finding is: the node, the source its channel follows, and what is known of both. Remedies are written for exactly this scene.
/// </summary>
internal sealed record Scene
{
    /// <summary>Of the node in the fleet; null without a fleet.</summary>
    public int? Index { get; init; }

    public string Node { get; init; } = Unknown("node");

    public string Host { get; init; } = Unknown("host");

    public string Port { get; init; } = Unknown("port");

    public required ServerVersion Server { get; init; }

    public string Source { get; init; } = Unknown("source");

    public string SourceHost { get; init; } = Unknown("sourceHost");

    public string SourcePort { get; init; } = Unknown("sourcePort");

    public required ServerVersion SourceServer { get; init; }

    /// <summary>The other replicas that are fresh. Null without a fleet, and when there is none.</summary>
    public string? Elsewhere { get; init; }

    /// <summary>All replicas, when none is fresh; else null.</summary>
    public string? Late { get; init; }

    public ReplicationStatus? Channel { get; init; }

    /// <summary>Whether the replica finds its position by GTID.</summary>
    public required bool UsesGtid { get; init; }

    /// <summary>
    /// Whether the server demands GTIDs of every transaction (MySQL's gtid_mode=ON): then nothing can be skipped by counting.
    /// </summary>
    public bool DemandsGtid => !Server.IsMariaDb && (UsesGtid || Examination?.Variable("gtid_mode") is "ON");

    /// <summary>Whether the source writes rows only, as far as it has said. Null without a fleet.</summary>
    public bool? SourceLogsRows { get; init; }

    /// <summary>
    /// Whether statements may wait to be applied: those know no idempotent pass. What the queue holds is the source's choice; without a
    /// fleet, the server's own is all there is.
    /// </summary>
    public bool MayHaveStatements => SourceLogsRows is { } rows
        ? !rows
        : Examination?.Variable("binlog_format") is { } format && !format.Equals("ROW", StringComparison.OrdinalIgnoreCase);

    /// <summary>Whether the server said that it gives its transactions no GTIDs (MySQL's gtid_mode=OFF).</summary>
    public bool HasNoGtids => Examination?.Variable("gtid_mode") is "OFF";

    /// <summary>Whether administrators cannot write either.</summary>
    public bool SuperReadOnly { get; init; }

    public NodeExamination? Examination { get; init; }

    public long? DataBytes => Examination?.DataBytes;

    public MonotonicInstant? Since { get; init; }

    /// <summary>What the error text says.</summary>
    public ImmutableDictionary<string, string> Facts { get; init; } = ImmutableDictionary<string, string>.Empty;

    public ServerCommands Commands => new(Server, Channel?.Channel ?? "");

    public ServerCommands SourceCommands => new(SourceServer);

    public string Fact(string name) => Facts.GetValueOrDefault(name) ?? Unknown(name);

    public Scene With(params ReadOnlySpan<(string Name, string Value)> facts)
    {
        ImmutableDictionary<string, string> all = Facts;
        foreach ((string name, string value) in facts)
            all = all.SetItem(name, value);
        return this with { Facts = all };
    }

    /// <summary>A finding of this kind, with every value it promises.</summary>
    public Finding Finding(
        FindingKind kind, Confidence confidence, ImmutableArray<RemedyStep> steps, params ImmutableArray<string> deadEnds) => new()
        {
            Code = kind.Code,
            Severity = kind.Severity,
            Confidence = confidence,
            Node = Index,
            Channel = kind.IsOfChannel ? Channel?.Channel : null,
            Since = Since,
            Values = kind.AllFacts.Select(name => KeyValuePair.Create(name, Facts.GetValueOrDefault(name) ?? Known.GetValueOrDefault(name)))
                .Where(fact => fact.Value is not null && !IsUnknown(fact.Value))
                .ToImmutableDictionary(fact => fact.Key, fact => fact.Value!, StringComparer.Ordinal),
            Steps = ComparedSteps.Of(kind.Code, this, [.. Allowed(steps).Select(Blanks.In)]),
            DeadEnds = deadEnds,
        };

    /// <summary>On a server that is mended with other words than its own, only looking is right.</summary>
    private IEnumerable<RemedyStep> Allowed(ImmutableArray<RemedyStep> steps) =>
        Architecture.Of(Examination) is null ? steps : steps.Where(step => step.Danger == Danger.None && !step.IsBackup);

    /// <summary>
    /// Stands for an unknown value until a finding is made: there it is left out of the values, and a blank in the commands.
    /// </summary>
    public static string Unknown(string name) => Blanks.Mark(name);

    public static bool IsUnknown(string value) => Blanks.IsMark(value);

    public static string Number(double number) => Math.Round(number).ToString("0", CultureInfo.InvariantCulture);

    /// <summary>Whole megabytes, rounded up: no language writes a decimal separator into it.</summary>
    public static string Megabytes(double bytes) => Number(Math.Ceiling(bytes / 1_000_000));

    private ImmutableDictionary<string, string> Known
    {
        get
        {
            var known = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
            known.AddRange(new Dictionary<string, string>
            {
                ["node"] = Node,
                ["host"] = Host,
                ["port"] = Port,
                ["server"] = Server.ToString(),
                ["source"] = Source,
                ["sourceHost"] = SourceHost,
                ["sourcePort"] = SourcePort,
                ["channel"] = Channel?.Channel ?? "",
            });
            if (!IsUnknown(Source))
                known["sourceServer"] = SourceServer.ToString();
            if (DataBytes is { } bytes)
                known["dataMegabytes"] = Megabytes(bytes);
            if (Elsewhere is not null)
                known["elsewhere"] = Elsewhere;
            if (Late is not null)
                known["late"] = Late;
            Add(known, "executed", Channel?.Executed);
            Add(known, "fetched", Channel?.Fetched);
            return known.ToImmutable();
        }
    }

    private static void Add(ImmutableDictionary<string, string>.Builder known, string name, BinlogPosition? position)
    {
        if (position is not { } at)
            return;
        known[$"{name}File"] = at.File;
        known[$"{name}Position"] = at.Offset.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Up to where the source's binlog was applied; placeholders when the server does not say.</summary>
    public (string File, string Position) Executed => (Value("executedFile"), Value("executedPosition"));

    private string Value(string name) => Known.GetValueOrDefault(name) ?? Unknown(name);
}
