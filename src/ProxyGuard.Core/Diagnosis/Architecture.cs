using System.Collections.Immutable;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>What a server is besides MySQL or MariaDB, as its variables tell.</summary>
/// <param name="Name">As its makers call it.</param>
/// <param name="IsJudged">Whether it replicates by binlogs as any other, so that only its words are others.</param>
/// <param name="Procedures">What stands there for START, STOP and the like; null where it is a console.</param>
public sealed record Architecture(string Name, bool IsJudged, string? Procedures)
{
    // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.MySQL.SQLRef.html
    private const string OfRds =
        "mysql.rds_start_replication, mysql.rds_stop_replication, mysql.rds_skip_repl_error, mysql.rds_next_master_log, mysql.rds_next_source_log";

    // https://learn.microsoft.com/azure/mysql/flexible-server/reference-stored-procedures
    private const string OfAzure = "mysql.az_replication_start, mysql.az_replication_stop, mysql.az_replication_skip_counter";

    /// <summary>The names of the variables that tell.</summary>
    public static ImmutableArray<string> Variables { get; } =
        ["version", "version_comment", "basedir", "aurora_version", "wsrep_on", "wsrep_provider", "group_replication_group_name"];

    /// <summary>Null for a server as its makers ship it, and for one that was not examined.</summary>
    public static Architecture? Of(NodeExamination? examination) =>
        examination is null ? null : OfVariables(name => examination.Variable(name));

    /// <summary>Null for a server as its makers ship it.</summary>
    /// <param name="variable">The value of one of <see cref="Variables"/>; null where the server does not have it.</param>
    public static Architecture? OfVariables(Func<string, string?> variable)
    {
        string version = variable("version") ?? "";
        string comment = variable("version_comment") ?? "";
        // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Replication.html: readers share the writer's storage.
        if (variable("aurora_version") is not null)
            return new Architecture("Amazon Aurora", IsJudged: false, OfRds);
        // https://mariadb.com/kb/en/galera-cluster-system-variables/#wsrep_on: ON is its default where no provider is loaded.
        if (IsOn(variable("wsrep_on")) && variable("wsrep_provider") is { Length: > 0 } provider && provider != "none")
            return new Architecture("Galera Cluster", IsJudged: false, null);
        if (variable("group_replication_group_name") is { Length: > 0 })
            return new Architecture("MySQL Group Replication", IsJudged: false, null);
        if (version.Contains("TiDB", StringComparison.OrdinalIgnoreCase))
            return new Architecture("TiDB", IsJudged: false, null);
        if (version.Contains("Vitess", StringComparison.OrdinalIgnoreCase))
            return new Architecture("Vitess", IsJudged: false, null);
        if (comment.Contains("ProxySQL", StringComparison.OrdinalIgnoreCase))
            return new Architecture("ProxySQL", IsJudged: false, null);
        if (variable("basedir") is { } directory && directory.StartsWith("/rdsdbbin", StringComparison.Ordinal))
            return new Architecture("Amazon RDS", IsJudged: true, OfRds);
        if (version.Contains("-google", StringComparison.OrdinalIgnoreCase))
            return new Architecture("Google Cloud SQL", IsJudged: true, null);
        if (version.Contains("-azure", StringComparison.OrdinalIgnoreCase) || comment.Contains("Azure", StringComparison.OrdinalIgnoreCase))
            return new Architecture("Azure Database for MySQL", IsJudged: true, OfAzure);
        return null;
    }

    private static bool IsOn(string? value) =>
        value is not null && (value.Equals("ON", StringComparison.OrdinalIgnoreCase) || value == "1");
}
