using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Core.Requests;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Examination;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Seeing.Upstreams;

namespace ProxyGuard.Commands;

/// <summary>
/// <c>ProxyGuard.dll check</c>: is the configuration right, do the nodes and the web servers answer, are the grants enough?
/// </summary>
internal sealed class CheckCommand(GuardSettings settings, TextWriter output)
{
    private const string Grants = " (config/mysql/grants.sql, good to have)";

    // The default since MySQL 5.6.6 and in MariaDB; before it was 10.
    private const long FewConnectErrors = 100;

    private static readonly TimeSpan WebServerTimeout = TimeSpan.FromSeconds(5);

    private readonly GuardClock _clock = new(TimeProvider.System);
    private bool _isWell = true;

    public static Command Create()
    {
        var options = new ManagementOptions();
        var diff = new Option<bool>("--diff")
        {
            Description = "Also says what a reload of the ProxyGuard that runs would change, and what needs a restart; asks it with your key.",
        };
        var check = new Command(
            "check",
            "Checks configuration, connections and grants, and changes nothing. Exit code 0: all is well, 1: something is wrong, 78: the configuration is wrong.")
        {
            diff, CommonOptions.Secrets,
        };
        options.AddTo(check);
        check.SetAction(async (arguments, stop) =>
        {
            string configFile = arguments.GetValue(CommonOptions.Config)!;
            int checkedCode = await RunAsync(CommonOptions.SourceOf(arguments), Console.Out, stop).ConfigureAwait(false);
            // What cannot be read, or has faults, is told already; the other one's difference would only confuse.
            int compared = arguments.GetValue(diff) && checkedCode != ExitCode.Configuration
                ? await ReloadCommand.CompareAsync(options.Of(arguments), configFile, Console.Out, Console.Error, stop)
                    .ConfigureAwait(false)
                : 0;
            return checkedCode != 0 ? checkedCode : compared;
        });
        return check;
    }

    public static async Task<int> RunAsync(ConfigurationSource source, TextWriter output, CancellationToken stop)
    {
        GuardSettings settings;
        try
        {
            settings = (await source.ReadAsync().ConfigureAwait(false)).Settings;
        }
        catch (SettingsException e)
        {
            await output.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Configuration;
        }

        // From here on the output holds texts of others: of servers, and of what is stored in them.
        await using var lines = new VisibleLines(output);
        await lines.WriteLineAsync($"{source.Name} is valid: {settings.Rules.Fleet.Nodes.Length} nodes.").ConfigureAwait(false);
        if (RuntimeLevel.Warning(Environment.Version) is { } old)
            await lines.WriteLineAsync($"note  {old}").ConfigureAwait(false);
        foreach (ConfigurationError note in settings.Notes)
            await lines.WriteLineAsync($"note  {note}").ConfigureAwait(false);
        if (TlsInFrontNote(settings) is { } front)
            await lines.WriteLineAsync($"note  {front}").ConfigureAwait(false);
        var check = new CheckCommand(settings, lines);
        await check.NodesAsync(stop).ConfigureAwait(false);
        await check.WebServersAsync(stop).ConfigureAwait(false);
        return check._isWell ? ExitCode.Well : ExitCode.Failed;
    }

    /// <summary>What goes wrong behind a proxy that ends TLS, and what to write; null where nothing has to be said.</summary>
    private static string? TlsInFrontNote(GuardSettings settings)
    {
        const string Otherwise = "web servers are told http, an application that wants https redirects without end, and all members are one address";
        string addresses = string.Join(", ", settings.PublicAddresses);
        return TlsInFrontOf.Addresses(settings.PublicAddresses, settings.Proxies) switch
        {
            TlsInFront.Settled => null,
            TlsInFront.Possible =>
                $"members come in by http ({addresses}): if a proxy in front ends TLS, it must be trusted, or {Otherwise}. Write its address: ProxyGuard:Proxies:Trusted = [\"10.0.0.5\"]",
            TlsInFront.OnThisMachine =>
                $"only this machine can connect ({addresses}): the proxy on it that members reach must be trusted, or {Otherwise}. Write: ProxyGuard:Proxies:Trusted = [\"127.0.0.1\", \"::1\"]",
            TlsInFront.Nameless =>
                $"who connects to a Unix socket ({addresses}) has no address and cannot be trusted: web servers are told neither who asks nor that it was https. Let the proxy in front connect to http://127.0.0.1 and a port, and write: ProxyGuard:Proxies:Trusted = [\"127.0.0.1\"]",
            var other => throw new System.Diagnostics.UnreachableException($"TLS in front {other}"),
        };
    }

    private async Task NodesAsync(CancellationToken stop)
    {
        var readings = ImmutableArray.CreateBuilder<NodeReading>();
        foreach ((NodeRules node, string connection) in settings.Rules.Fleet.Nodes.Zip(settings.Connections))
            readings.Add(await NodeAsync(node, connection, stop).ConfigureAwait(false));

        FleetSnapshot fleet = FleetSnapshot.Before(settings.Rules.Fleet, _clock.Now).Next(readings.ToImmutable(), _clock.Now);
        foreach ((bool isWell, string line) in JudgeLinks(fleet))
            await LineAsync(isWell, "note", line).ConfigureAwait(false);
    }

    private async Task<NodeReading> NodeAsync(NodeRules node, string connection, CancellationToken stop)
    {
        // A person waits: more patience than a tick has.
        ProbeRules patient = settings.Rules.Probe with { Timeout = WebServerTimeout, HeartbeatTable = null };
        var sessions = new NodeSessions(connection, keepsSide: false, TimeProvider.System);
        await using var probe = new MySqlNodeProbe(node.Name, sessions, patient, TimeProvider.System, NullLogger.Instance);
        NodeReading reading = await probe.ReadAsync(_clock.Now, stop).ConfigureAwait(false);
        (bool isWell, string line) = Judge(node, reading);
        if (reading is NodeReading.Silent { Failure: ProbeFailure.NoGreeting }
            && await FirstWords.AskAsync(node.Host, node.Port, stop).ConfigureAwait(false) is { } words)
            line = $"{line}. Here {words}";
        await LineAsync(isWell, "ok", $"{node.Name} ({node.Host}:{node.Port}): {line}").ConfigureAwait(false);
        if (reading is not NodeReading.Answered answer)
            return reading;
        foreach (string note in await NotesAsync(answer, sessions, stop).ConfigureAwait(false))
            await output.WriteLineAsync($"note  {node.Name}: {note}").ConfigureAwait(false);
        return reading;
    }

    private async Task WebServersAsync(CancellationToken stop)
    {
        var visit = new WebServerVisit(settings, new ProxyGuardEdges());
        foreach ((WebServerSettings server, WebServerReply reply) in await visit.AskAsync(stop).ConfigureAwait(false))
        {
            bool answers = reply.Answer == WebServerAnswer.Answered;
            string silence = answers ? "" : "it does not answer HEAD /: ";
            await LineAsync(answers, "ok", $"{server.Name} ({server.Address}): {silence}{reply.Description}").ConfigureAwait(false);
        }
    }

    private Task LineAsync(bool isWell, string mark, string line)
    {
        _isWell &= isWell;
        return output.WriteLineAsync($"{(isWell ? mark : "FAIL"),-4}  {line}");
    }

    /// <summary>Whether each replica is known to get what the site writes; each link is told once.</summary>
    private static IEnumerable<(bool IsWell, string Line)> JudgeLinks(FleetSnapshot fleet) =>
        from missing in fleet.Nodes.SelectMany(node => node.Missing).Distinct()
        // A server that does not answer has its own line.
        where missing.Gap != EvidenceGap.SourceUnknown
        let help = EvidenceWords.Help(missing, fleet)
        select (
            missing.IsAccepted,
            $"{EvidenceWords.What(missing, fleet.Rules)}{(missing.IsAccepted ? " (accepted)" : "")}{(help.Length > 0 ? $": {help}" : "")}");

    /// <summary>What would be good to have, and what is lost without it. None of it changes what members get.</summary>
    private async Task<List<string>> NotesAsync(NodeReading.Answered answer, NodeSessions sessions, CancellationToken stop)
    {
        var examiner = new NodeExaminer(sessions, TimeProvider.System);
        NodeExamination? examination = await examiner.ExamineAsync(_clock.Now, stop).ConfigureAwait(false);
        var notes = new List<string>();
        if (Architecture.Of(examination) is { } architecture)
        {
            notes.Add(architecture.IsJudged
                ? $"it is run by a provider, {architecture.Name}: replication is mended with its own {architecture.Procedures ?? "console"} there"
                : $"it belongs to {architecture.Name}, which is not judged here: its copies do not follow by binlogs, so that how fresh they are stays unknown");
        }

        if (answer.Channels.Length > 0 && examination?.Appliers is null)
            notes.Add($"without PROCESS it hides what its appliers work on, such as a table without a key that makes it slow{Grants}");
        if (examination?.DataBytes is null)
            notes.Add(
                $"it shows no table of the site, so that neither tables without a key are found nor the room that a backup needs; SHOW VIEW is enough{Grants}");
        if (ConnectErrorsNote(examination) is { } blocks)
            notes.Add(blocks);
        if (settings.Rules.Probe.HeartbeatTable is not { } heartbeatTable)
            return notes;

        var heartbeats = new HeartbeatQuestion(sessions, heartbeatTable, TimeProvider.System);
        ImmutableArray<HeartbeatRow> rows = await heartbeats.ReadAsync(WebServerTimeout, stop).ConfigureAwait(false);
        if (heartbeats.Fault is { } fault)
            notes.Add(
                $"the heartbeats of {heartbeatTable} cannot be read, so that the binlog positions are not checked against them: "
                + $"{fault}{Grants}");
        else if (rows.IsEmpty)
            notes.Add(
                $"{heartbeatTable} holds no heartbeat, so that the binlog positions are not checked against it: does pt-heartbeat run?");
        return notes;
    }

    /// <summary>
    /// Null where the server never blocks a host, or takes so many interrupted handshakes that it hardly will, and where it does not say.
    /// </summary>
    private static string? ConnectErrorsNote(NodeExamination? examination) =>
        examination?.Variable("skip_name_resolve")?.ToUpperInvariant() is "OFF" or "0"
        && long.TryParse(examination.Variable("max_connect_errors"), CultureInfo.InvariantCulture, out long most) && most < FewConnectErrors
            ? $"it blocks a machine after {most} interrupted handshakes in a row (max_connect_errors) until somebody empties its host cache, and this one too, as soon as the network or the server is in trouble: "
                + $"raise it (SET GLOBAL max_connect_errors = 10000, and in its option file), or set skip-name-resolve there if all its accounts have addresses"
            : null;

    private static (bool IsWell, string Line) Judge(NodeRules node, NodeReading reading) => reading switch
    {
        NodeReading.Silent { Failure: ProbeFailure.PermissionDenied } silent =>
            (false, $"a grant is missing: {silent.Text} (config/mysql/grants.sql has what is needed)"),
        NodeReading.Silent { Failure: ProbeFailure.HostBlocked } silent =>
            (
                false,
                $"it has blocked this machine after too many interrupted handshakes: {silent.Text} (on the server: FLUSH HOSTS, on MySQL from 8.0.23 on TRUNCATE TABLE performance_schema.host_cache; then raise max_connect_errors or set skip-name-resolve)"),
        NodeReading.Silent { Failure: ProbeFailure.AuthenticationFailed } silent =>
            (false, $"it refuses the account: {silent.Text} (user and password of Connection; config/mysql/grants.sql makes the account)"),
        NodeReading.Silent { Failure: ProbeFailure.Unreachable or ProbeFailure.TimedOut or ProbeFailure.NoGreeting } silent =>
            (false, silent.Text),
        NodeReading.Silent silent => (false, $"{silent.Failure}: {silent.Text}"),
        NodeReading.Answered { Head: null } answer when node.Role == NodeRole.Primary =>
            (false, $"{answer.Version} writes no binary log, so nothing can replicate from it"),
        NodeReading.Answered { Channels.IsEmpty: true } answer when node.Role == NodeRole.Replica =>
            (false, $"{answer.Version} is configured as a replica but replicates from nobody"),
        NodeReading.Answered answer => (true, $"{answer.Version}, {Describe(answer)}"),
        _ => throw new System.Diagnostics.UnreachableException($"reading {reading.GetType().Name}"),
    };

    private static string Describe(NodeReading.Answered answer) => answer.Channels.Length > 0
        ? string.Join(
            "; ",
            answer.Channels.Select(
                channel => $"replicates from {channel.SourceHost}:{channel.SourcePort}, IO thread {channel.IoThread}, SQL thread {channel.SqlThread}"))
        : $"head {answer.Head}{(answer.ReadOnly ? ", read_only" : "")}";
}
