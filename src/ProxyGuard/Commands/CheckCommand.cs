using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Probing;
using ProxyGuard.Settings;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll check</c>: is the configuration right, do the nodes answer, are the grants enough?</summary>
internal static class CheckCommand
{
    private const int Wrong = 1;

    public static async Task<int> RunAsync(string configFile, TextWriter output, CancellationToken stop)
    {
        GuardSettings settings;
        try
        {
            settings = await RunCommand.ReadAsync(ConfigurationFile.Load(configFile), configFile).ConfigureAwait(false);
        }
        catch (SettingsException e)
        {
            await output.WriteLineAsync(e.Message).ConfigureAwait(false);
            return Wrong;
        }

        await output.WriteLineAsync($"{configFile} is right: {settings.Rules.Fleet.Nodes.Length} nodes.").ConfigureAwait(false);
        var clock = new GuardClock(TimeProvider.System);
        bool isWell = true;
        foreach ((NodeRules node, string connection) in settings.Rules.Fleet.Nodes.Zip(settings.Connections))
        {
            // A person waits: more patience than a tick has.
            ProbeRules patient = settings.Rules.Probe with { Timeout = TimeSpan.FromSeconds(5) };
            await using var probe = new MySqlNodeProbe(node.Name, connection, patient with { HeartbeatTable = null }, TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLogger.Instance);
            NodeReading reading = await probe.ReadAsync(clock.Now, stop).ConfigureAwait(false);
            (bool isNodeWell, string said) = Judge(node, reading);
            isWell &= isNodeWell;
            await output.WriteLineAsync($"{(isNodeWell ? "ok   " : "WRONG")} {node.Name} ({node.Host}:{node.Port}): {said}").ConfigureAwait(false);
        }

        return isWell ? 0 : Wrong;
    }

    private static (bool IsWell, string Said) Judge(NodeRules node, NodeReading reading) => reading switch
    {
        NodeReading.Silent { Failure: ProbeFailure.PermissionDenied } silent => (false, $"a grant is missing: {silent.Text} (config/mysql/grants.sql has what is needed)"),
        NodeReading.Silent silent => (false, $"{silent.Failure}: {silent.Text}"),
        NodeReading.Answered { Head: null } answer when node.Role == NodeRole.Primary => (false, $"{answer.Version} writes no binary log, so nothing can replicate from it"),
        NodeReading.Answered { Channels.IsEmpty: true } answer when node.Role == NodeRole.Replica => (false, $"{answer.Version} is configured as a replica but replicates from nobody"),
        NodeReading.Answered answer => (true, $"{answer.Version}, {Describe(answer)}"),
        _ => throw new System.Diagnostics.UnreachableException($"reading {reading.GetType().Name}"),
    };

    private static string Describe(NodeReading.Answered answer) => answer.Channels.Length > 0
        ? string.Join("; ", answer.Channels.Select(channel => $"replicates from {channel.SourceHost}:{channel.SourcePort}, IO thread {channel.IoThread}, SQL thread {channel.SqlThread}"))
        : $"head {answer.Head}{(answer.ReadOnly ? ", read_only" : "")}";
}
