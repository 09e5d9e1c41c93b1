using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>Steps about the way from a replica to its source: address, account, encryption, identity.</summary>
internal static class ConnectionRemedies
{
    public static ImmutableArray<RemedyStep> LookAtConnection(Scene scene) =>
        [
            StepKinds.Status.With(scene.Commands.Status),
            StepKinds.Connect.With(
                $"{scene.SourceCommands.Client} {Shell.ToSource(scene)} --user=REPLICATION_USER -p --execute='SELECT 1'"),
        ];

    public static ImmutableArray<RemedyStep> Address(Scene scene) =>
    [
        StepKinds.Address.With(
            scene.Commands.Stop(),
            scene.Commands.ChangeSource([$"HOST = {Sql.Literal(scene.SourceHost)}", $"PORT = {scene.SourcePort}", .. Place(scene)]),
            scene.Commands.Start()),
        StepKinds.Wait.With(scene.Commands.Status),
    ];

    public static ImmutableArray<RemedyStep> Credentials(Scene scene) =>
        Change(scene, StepKinds.Credentials, scene.Commands.ChangeSource("USER = 'REPLICATION_USER'", "PASSWORD = 'PASSWORD'"));

    public static ImmutableArray<RemedyStep> Encrypt(Scene scene) =>
        Change(scene, StepKinds.Encrypt, scene.Commands.ChangeSource("SSL = 1"));

    /// <summary>
    /// caching_sha2_password wants a secure connection or the source's public key. Servers that know no such key have TLS only.
    /// </summary>
    public static ImmutableArray<RemedyStep> Plugin(Scene scene) =>
        scene.Commands.AllowPublicKey is { } allow ? Change(scene, StepKinds.PublicKey, allow) : Encrypt(scene);

    public static ImmutableArray<RemedyStep> Grant(Scene scene) =>
    [
        StepKinds.Accounts.With($"SHOW GRANTS FOR {Account(scene)}"),
        StepKinds.GrantReplication.With($"GRANT REPLICATION SLAVE ON *.* TO {Account(scene)}"),
        .. LogRemedies.StartIo(scene),
    ];

    /// <summary>
    /// The applier works with the privileges of PRIVILEGE_CHECKS_USER where one is set (MySQL 8.0.18), else with those of the account that
    /// a routine or view was defined by.
    /// </summary>
    public static ImmutableArray<RemedyStep> GrantApplier(Scene scene)
    {
        bool hasCheckedUser = !scene.Server.IsMariaDb && scene.Server.IsAtLeast(8, 0, 18);
        string account = scene.Facts.GetValueOrDefault("account") ?? $"'{Scene.Unknown("account")}'@'%'";
        string grant = hasCheckedUser
            ? $"GRANT REPLICATION_APPLIER, SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON *.* TO {account}"
            : $"GRANT SELECT, INSERT, UPDATE, DELETE, EXECUTE ON {Scene.Unknown("database")}.* TO {account}";
        return
        [
            .. LogRemedies.Look(scene),
            .. hasCheckedUser
                ? [StepKinds.AppliersAccount.With(
                    "SELECT CHANNEL_NAME, PRIVILEGE_CHECKS_USER FROM performance_schema.replication_applier_configuration")]
                : ReadOnlySpan<RemedyStep>.Empty,
            .. DataRemedies.Unlocked(scene, StepKinds.GrantApplier.With("SET SESSION sql_log_bin = 0", grant)),
            .. LogRemedies.StartSql(scene),
        ];
    }

    /// <summary>A source that writes no binlog, or has no number of its own.</summary>
    public static ImmutableArray<RemedyStep> SetUpSource(Scene scene) =>
        [
            .. LogRemedies.Look(scene), StepKinds.SettingsOnSource.With("SELECT @@GLOBAL.log_bin, @@GLOBAL.server_id"),
            StepKinds.SetUpSource.With(), .. LogRemedies.StartIo(scene),
        ];

    public static ImmutableArray<RemedyStep> SameServerId(Scene scene) =>
    [
        StepKinds.ServerIds.With("SELECT @@GLOBAL.server_id", scene.Commands.Status),
        StepKinds.ServerId.With(scene.Commands.Stop(), "SET GLOBAL server_id = UNUSED_NUMBER", scene.Commands.Start()),
        StepKinds.Wait.With(scene.Commands.Status),
    ];

    public static ImmutableArray<RemedyStep> SameServerUuid(Scene scene) =>
        [
            StepKinds.ServerIds.With("SELECT @@GLOBAL.server_uuid, @@GLOBAL.datadir"), StepKinds.ServerUuid.With(),
            StepKinds.Wait.With(scene.Commands.Status),
        ];

    /// <summary>A replica that forgot its source; at best its position was noted, else only a rebuild is safe.</summary>
    public static ImmutableArray<RemedyStep> FollowAgain(Scene scene)
    {
        string[] place = scene.UsesGtid ? [scene.Commands.PlaceByGtid] : ExecutedPlace(scene);
        string[] options =
        [
            $"HOST = {Sql.Literal(scene.SourceHost)}", $"PORT = {scene.SourcePort}", "USER = 'REPLICATION_USER'",
            "PASSWORD = 'PASSWORD'", .. place,
        ];
        return
        [
            StepKinds.Status.With(scene.Commands.Status),
            .. DataRemedies.Backup(scene),
            // What the replica forgot includes how it asked for the password's encryption.
            StepKinds.Follow.With(
                [scene.Commands.ChangeSource(options), .. scene.Commands.AllowPublicKey is { } allow ? [allow]
                    : ReadOnlySpan<string>.Empty, scene.Commands.Start()]),
            StepKinds.Wait.With(scene.Commands.Status),
        ];
    }

    public static ImmutableArray<RemedyStep> UnblockHosts(Scene scene) =>
        [
            StepKinds.UnblockHosts.With(
                ["SHOW GLOBAL STATUS LIKE 'Threads_connected'", "SHOW GLOBAL VARIABLES LIKE 'max_connections'",
                    .. scene.SourceCommands.UnblockHosts]),
            .. LogRemedies.StartIo(scene),
        ];

    /// <summary>ProxyGuard's own machine is the one that the node has blocked.</summary>
    public static ImmutableArray<RemedyStep> UnblockGuard(Scene scene) =>
        [
            StepKinds.UnblockGuard.With([.. scene.Commands.UnblockHosts]),
            StepKinds.MoreConnectErrors.With(
                "SELECT @@GLOBAL.max_connect_errors, @@GLOBAL.skip_name_resolve", "SET GLOBAL max_connect_errors = 10000"),
        ];

    /// <summary>Who has them all.</summary>
    public static ImmutableArray<RemedyStep> CountConnections { get; } =
    [
        StepKinds.Variables.With(
            "SHOW GLOBAL VARIABLES LIKE 'max_connections'",
            "SHOW GLOBAL STATUS WHERE Variable_name IN ('Threads_connected', 'Max_used_connections')", "SHOW PROCESSLIST"),
    ];

    public static ImmutableArray<RemedyStep> GrantGuard(Scene scene) =>
        [StepKinds.GrantGuard.With($"GRANT {scene.Commands.GuardPrivileges} ON *.* TO 'PROXYGUARD_USER'@'PROXYGUARD_HOST'")];

    // Without a position, another host is taken for another server: the old position is forgotten.
    private static string[] Place(Scene scene) => scene.UsesGtid ? [] : ExecutedPlace(scene);

    private static string[] ExecutedPlace(Scene scene) =>
        [$"LOG_FILE = {Sql.Literal(scene.Executed.File)}", $"LOG_POS = {scene.Executed.Position}"];

    private static string Account(Scene scene) =>
        scene.Fact("account") is ['\'', ..] account ? account : "'REPLICATION_USER'@'REPLICA_HOST'";

    private static ImmutableArray<RemedyStep> Change(Scene scene, StepKind step, string change) =>
        [step.With(scene.Commands.Stop(), change, scene.Commands.Start()), StepKinds.Wait.With(scene.Commands.Status)];
}
