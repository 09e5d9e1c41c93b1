using System.Collections.Immutable;
using System.Globalization;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>
/// What makes a healthy replica slow: it waits for the disk at each commit, twice where it writes a binlog, and applies with one thread
/// what the source wrote with many. Everything here is read from the server, and every step says how to set it back.
/// </summary>
internal static class Throttles
{
    private const int Appliers = 4;

    /// <summary>The scene with the settings that take time, as the server spells them.</summary>
    public static Scene Named(Scene scene)
    {
        string[] named = [.. Slow(scene).Select(setting => $"{setting.Name}={setting.Value}")];
        return named.Length == 0 ? scene : scene.With(("throttles", string.Join(", ", named)));
    }

    /// <summary>Empty where the server has not shown its settings, or none of them takes time.</summary>
    public static ImmutableArray<RemedyStep> Loosened(Scene scene)
    {
        Setting[] slow = [.. Slow(scene)];
        Setting[] durable = [.. slow.Where(setting => !setting.IsAppliers)];
        var steps = ImmutableArray.CreateBuilder<RemedyStep>();
        if (durable.Length > 0)
            steps.Add(StepKinds.RelaxDurability.With([.. durable.Select(setting => $"SET GLOBAL {setting.Name} = {setting.Meanwhile}")]));
        if (slow.FirstOrDefault(setting => setting.IsAppliers) is { } appliers)
            steps.Add(
                StepKinds.MoreAppliers.With(
                    [Every(scene, "STOP", scene.Commands.Stop), .. InOrder(scene), $"SET GLOBAL {appliers.Name} = {appliers.Meanwhile}",
                        Every(scene, "START", scene.Commands.Start)]));
        if (steps.Count == 0)
            return [];
        steps.Add(StepKinds.Wait.With(scene.Commands.Status));
        if (durable.Length > 0)
            steps.Add(StepKinds.DurableAgain.With([.. durable.Select(setting => $"SET GLOBAL {setting.Name} = {setting.Value}")]));
        return steps.ToImmutable();
    }

    private static IEnumerable<Setting> Slow(Scene scene)
    {
        if (scene.Examination is not { } examination)
            yield break;
        if (examination.Variable("innodb_flush_log_at_trx_commit") is "1")
            yield return new Setting("innodb_flush_log_at_trx_commit", "1", "2");
        if (examination.Variable("sync_binlog") is "1" && IsOn(examination.Variable("log_bin"))
            && IsOn(examination.Variable("log_slave_updates", "log_replica_updates")))
            yield return new Setting("sync_binlog", "1", "0");
        if (AppliersOf(scene) is { } name && examination.Variable(name) is "0" or "1")
            yield return new Setting(
                AppliersOf(scene)!, examination.Variable(AppliersOf(scene)!)!,
                Appliers.ToString(CultureInfo.InvariantCulture))
            { IsAppliers = true };
    }

    /// <summary>
    /// MariaDB applies at once what the source committed at once (https://mariadb.com/kb/en/parallel-replication/); so does MySQL since
    /// 5.7. MySQL 5.6 only parts by database.
    /// </summary>
    private static string? AppliersOf(Scene scene)
    {
        if (scene.Server.IsMariaDb)
            return scene.Server.IsAtLeast(10, 0, 5) ? "slave_parallel_threads" : null;
        return scene.Server.IsAtLeast(5, 7) && KeepsOrder(scene) ? scene.Commands.Variable("parallel_workers") : null;
    }

    // Commits must not overtake each other: members would see an answer before its question. Up to MySQL 8.0.18 that takes a binlog of the
    // replica's own.
    private static bool KeepsOrder(Scene scene) =>
        scene.Server.IsAtLeast(8, 0, 19) || IsOn(scene.Examination?.Variable("log_slave_updates", "log_replica_updates"));

    // Both are the default, and the type is gone, in later versions.
    private static IEnumerable<string> InOrder(Scene scene)
    {
        if (scene.Server.IsMariaDb || scene.Server.IsAtLeast(8, 0, 27))
            yield break;
        yield return $"SET GLOBAL {scene.Commands.Variable("parallel_type")} = 'LOGICAL_CLOCK'";
        yield return $"SET GLOBAL {scene.Commands.Variable("preserve_commit_order")} = ON";
    }

    // MariaDB changes the number only while nothing of any channel runs.
    private static string Every(Scene scene, string verb, Func<string, string> channel) => scene switch
    {
        { Server.IsMariaDb: true, Channel.Channel.Length: > 0 } => $"{verb} ALL SLAVES",
        { Server.IsMariaDb: true } => channel(""),
        _ => channel("SQL_THREAD"),
    };

    private static bool IsOn(string? value) =>
        value is not null && (value.Equals("ON", StringComparison.OrdinalIgnoreCase) || value == "1");

    private sealed record Setting(string Name, string Value, string Meanwhile)
    {
        public bool IsAppliers { get; init; }
    }
}
