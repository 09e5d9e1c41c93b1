using System.Text.RegularExpressions;
using ProxyGuard.Core.Diagnosis;

namespace ProxyGuard.Core.Tests.Diagnosis;

/// <summary>Every command of every fault, in words its server has.</summary>
public sealed partial class VocabularyTests
{
    private static readonly string[] Versions = ["5.1.73", "5.5.62", "5.6.24", "5.7.44", "8.0.16", "8.0.22", "8.0.36", "8.4.0", "9.7.0"];

    public static TheoryData<string, bool> Servers
    {
        get
        {
            var servers = new TheoryData<string, bool>();
            foreach (
                string server in (string[])[.. Versions.Select(version => $"MySQL {version}"), "MariaDB 5.5.68", "MariaDB 10.1.48",
                    "MariaDB 10.5.23", "MariaDB 10.11.6", "MariaDB 11.8.2"])
            {
                servers.Add(server, false);
                servers.Add(server, true);
            }

            return servers;
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void Commands_use_only_keywords_of_the_servers_version(string server, bool gtid)
    {
        string[] commands =
            [.. AllSteps(server, gtid).SelectMany(step => step.Commands).Select(command => Privilege().Replace(command, ""))];
        bool isMariaDb = server.StartsWith("MariaDB", StringComparison.Ordinal);
        var version = Version.Parse(server.Split(' ')[1]);

        Assert.NotEmpty(commands);
        if (isMariaDb || version < new Version(8, 0, 22))
            Assert.DoesNotContain(
                commands,
                command => Regex.IsMatch(command, @"\bREPLICAS?\b|replica_|REPLICATION SOURCE|SOURCE_|--source-data|BINARY LOG STATUS"));
        else
            Assert.DoesNotContain(commands, command => Regex.IsMatch(command, @"\bSLAVE\b"));
        if (!isMariaDb && version >= new Version(8, 4))
            Assert.DoesNotContain(commands, command => Regex.IsMatch(command, "MASTER|master|slave|FLUSH HOSTS"));
        if (isMariaDb)
            Assert.DoesNotContain(
                commands, command => Regex.IsMatch(command, "gtid_executed|AUTO_POSITION|super_read_only|CLONE|GTID_NEXT|set-gtid-purged"));
        else
            Assert.DoesNotContain(commands, command => Regex.IsMatch(command, "USE_GTID|mariadb|gtid_slave_pos|--gtid "));
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void Steps_that_change_data_come_after_an_inspection_and_a_backup(string server, bool gtid)
    {
        foreach (Finding finding in All(server, gtid).Where(finding => !finding.Steps.IsEmpty))
        {
            Assert.Equal(Danger.None, finding.Steps[0].Danger);
            int change = finding.Steps.ToList()
                .FindIndex(
                    step => step.Id is "idempotent" or "copy-table" or "delete-row" or "skip-statement" or "prepare-rebuild" or "add-key");
            if (change >= 0)
                Assert.Contains(finding.Steps.Take(change), step => step.Id is "backup" or "backup-of-unknown-size");
        }
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public void A_step_is_marked_harmless_exactly_if_its_commands_only_read(string server, bool gtid)
    {
        foreach (RemedyStep step in AllSteps(server, gtid))
            Assert.Equal(step.Danger == Danger.None, step.Commands.Length > 0 && step.Commands.All(command => Reading().IsMatch(command)));
    }

    [Fact]
    public void Finding_codes_and_step_ids_are_unique()
    {
        Assert.Equal(FindingKinds.All.Length, FindingKinds.All.DistinctBy(kind => kind.Code).Count());
        Assert.Equal(StepKinds.All.Length, StepKinds.All.DistinctBy(step => step.Id).Count());
        Assert.All(FindingKinds.All, kind => Assert.Matches("^[a-z]+(-[a-z]+)*$", kind.Code));
    }

    [Fact]
    public void Every_finding_step_and_dead_end_of_the_error_tables_is_registered()
    {
        Assert.Superset(
            SqlThreadErrors.All.Concat(IoThreadErrors.All).Select(fault => fault.Kind.Code).ToHashSet(),
            FindingKinds.All.Select(kind => kind.Code).ToHashSet());
        Assert.Superset(
            AllSteps("MySQL 5.6.24", false).Select(step => step.Id).ToHashSet(), StepKinds.All.Select(step => step.Id).ToHashSet());
        Assert.Superset(All("MySQL 5.6.24", false).SelectMany(finding => finding.DeadEnds).ToHashSet(), DeadEnds.All.ToHashSet());
    }

    [Theory]
    [InlineData(1062, "sql-duplicate-key-statement sql-duplicate-key-update sql-duplicate-key")]
    [InlineData(1032, "sql-row-not-found")]
    [InlineData(1236, "source-log-truncated source-log-purged packet-too-large position-impossible errant-gtid same-replica-twice checksums-not-understood source-log-damaged")]
    [InlineData(13114, "source-log-truncated source-log-purged packet-too-large position-impossible errant-gtid same-replica-twice checksums-not-understood source-log-damaged")]
    [InlineData(2003, "source-unreachable")]
    [InlineData(4711, "sql-other io-other")]
    public void An_error_number_alone_lists_every_possible_finding(int number, string codes) =>
        Assert.Equal(codes.Split(' '), Findings.Explain(number, Scenes.MySql("5.6.24"), usesGtid: false).Select(finding => finding.Code));

    [Fact]
    public void An_error_number_with_its_text_gives_the_finding_for_that_text() =>
        Assert.Equal(
            ["source-log-purged"],
            Findings.Explain(13114, Scenes.MySql("8.4.0"), usesGtid: true,
                "'Cannot replicate because the source purged required binary logs.'").Select(finding => finding.Code));

    [Fact]
    public void Unknown_facts_are_omitted_from_the_values_and_left_blank_in_the_commands()
    {
        Finding finding = Findings.Explain(1032, Scenes.MySql("5.6.24"), usesGtid: false).Single();

        Assert.DoesNotContain("table", finding.Values.Keys);
        RemedyStep copy = finding.Steps.Single(step => step.Id == "copy-table");
        Assert.Contains(
            copy.Commands,
            command => command.StartsWith(
                "mysqldump --host=SOURCE_HOST --port=SOURCE_PORT --single-transaction --set-gtid-purged=OFF THE_DATABASE THE_TABLE | ",
                    StringComparison.Ordinal));
        Assert.Equal(["SOURCE_HOST", "SOURCE_PORT", "THE_DATABASE", "THE_HOST", "THE_PORT", "THE_TABLE"], copy.Blanks);
    }

    private static IEnumerable<Finding> All(string server, bool gtid) =>
        SqlThreadErrors.All.Concat(IoThreadErrors.All).Select(fault => fault.Of(Scenes.On(server, gtid)));

    private static IEnumerable<RemedyStep> AllSteps(string server, bool gtid) => All(server, gtid).SelectMany(finding => finding.Steps);

    [GeneratedRegex(
        @"^(?:SHOW|SELECT) |^(?:ssh [\w.]+ )?'?df -h'?$|^(?:mysqldump|mariadb-dump) .* \| gzip \| ssh BACKUP_HOST |^(?:mysql|mariadb) .* --execute='SELECT 1'$|^ping ")]
    private static partial Regex Reading();

    // The privilege kept its name in every version.
    [GeneratedRegex("GRANT REPLICATION SLAVE|REPLICATION SLAVE ADMIN|SLAVE MONITOR")]
    private static partial Regex Privilege();
}
