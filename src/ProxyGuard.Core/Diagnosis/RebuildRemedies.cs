using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>A replica rebuilt from its source: by a dump, or by a physical copy where the programs for it are there.</summary>
internal static class RebuildRemedies
{
    /// <summary>What a dump of a whole server needs.</summary>
    public const string Everything = "--all-databases --single-transaction --routines --events --triggers";

    /// <summary>A full rebuild, without a byte on any disk but the replica's own.</summary>
    public static ImmutableArray<RemedyStep> Rebuild(Scene scene)
    {
        ServerCommands replica = scene.Commands;
        string[] prepare =
        [
            replica.Stop(), .. scene.SuperReadOnly ? ["SET GLOBAL super_read_only = OFF"] : ReadOnlySpan<string>.Empty, replica.Reset,
            replica.ResetBinlog,
        ];
        return
        [
            .. DataRemedies.Backup(scene),
            StepKinds.PrepareRebuild.With([.. prepare]),
            StepKinds.Rebuild.With($"{FullDump(scene)} | {Shell.Words(replica.Client, Shell.ToNode(scene), DataRemedies.Unlogged)}"),
            StepKinds.Start.With(
                [.. scene.SuperReadOnly ? ["SET GLOBAL super_read_only = ON"] : ReadOnlySpan<string>.Empty, replica.Start()]),
            StepKinds.Wait.With(replica.Status),
            Physically(scene),
        ];
    }

    private static string FullDump(Scene scene)
    {
        string all = Shell.Words(scene.SourceCommands.Dump, Shell.ToSource(scene), Everything);
        if (!scene.UsesGtid)
            return Shell.Words(all, scene.SourceCommands.DumpWithPosition);
        // MySQL writes the executed GTIDs into every dump of a server that has them.
        return scene.SourceServer.IsMariaDb ? Shell.Words(all, "--gtid --master-data=1") : Shell.Words(all, "--set-gtid-purged=ON");
    }

    private static RemedyStep Physically(Scene scene)
    {
        if (scene.Commands.CanClone && scene.SourceServer.Number == scene.Server.Number)
            return StepKinds.RebuildByClone.With(
                "INSTALL PLUGIN clone SONAME 'mysql_clone.so'",
                $"SET GLOBAL clone_valid_donor_list = '{scene.SourceHost}:{scene.SourcePort}'",
                $"CLONE INSTANCE FROM 'USER'@{Sql.Literal(scene.SourceHost)}:{scene.SourcePort} IDENTIFIED BY 'PASSWORD'");
        string stream = scene.SourceServer.IsMariaDb && scene.SourceServer.IsAtLeast(10, 1)
            ? $"{(scene.SourceServer.IsAtLeast(10, 5) ? "mariadb-backup" : "mariabackup")} --backup --stream=xbstream --target-dir=/tmp | {Shell.On(scene.Host, "mbstream -x -C EMPTY_DATADIR")}"
            : $"xtrabackup --backup --stream=xbstream --target-dir=/tmp | {Shell.On(scene.Host, "xbstream -x -C EMPTY_DATADIR")}";
        return StepKinds.RebuildPhysically.With(stream);
    }
}
