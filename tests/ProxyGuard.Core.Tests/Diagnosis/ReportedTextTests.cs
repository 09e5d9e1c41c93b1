using System.Collections.Immutable;
using ProxyGuard.Core.Diagnosis;

namespace ProxyGuard.Core.Tests.Diagnosis;

/// <summary>What people report is understood, or openly not: never something else with certainty.</summary>
public sealed class ReportedTextTests(ITestOutputHelper output)
{
    public static TheoryData<int> Places => [.. Enumerable.Range(0, ReportedTexts.All.Count)];

    [Theory]
    [MemberData(nameof(Places))]
    public void A_reported_error_is_explained_correctly_or_as_unknown(int place)
    {
        ReportedText reported = ReportedTexts.All[place];
        ImmutableArray<Finding> findings = Explained(reported);

        if (reported.Code is { } code)
            Assert.Equal([code], findings.Select(finding => finding.Code));
        else
            Assert.All(findings, finding => Assert.Contains(finding.Code, (string[])["sql-other", "io-other"]));
    }

    [Fact]
    public void No_reported_error_is_misdiagnosed_with_certainty()
    {
        int right = ReportedTexts.All.Count(reported => Explained(reported) is [var only] && only.Code == reported.Code);
        int unknown = ReportedTexts.All.Count(
            reported => Explained(reported)
                .All(finding => finding.Confidence == Confidence.Possible && finding.Code is "sql-other" or "io-other"));
        string[] wrong =
        [
            .. ReportedTexts.All.Where(
                reported => Explained(reported)
                    .Any(finding => finding.Confidence == Confidence.Certain && finding.Code != reported.Code))
                        .Select(reported => reported.Text),
        ];
        output.WriteLine($"{ReportedTexts.All.Count} texts: {right} right, {unknown} unknown, {wrong.Length} wrong with certainty");

        Assert.Empty(wrong);
        Assert.True(ReportedTexts.All.Count >= 100);
    }

    [Theory]
    [InlineData(1062, "Worker 1 failed executing transaction 'e6619935-eb88-11f1-8b71-02fc00000001:47' at source log bin.000001, end_log_pos 36747; Could not execute Update_rows event on table photos.tags; Doppelter Eintrag 'sea' für Schlüssel 'tags.by_name', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY; the event's source log FIRST, end_log_pos 36747", "table=photos.tags entry=sea key=by_name")]
    [InlineData(1062, "Worker 1 failed executing transaction 'ANONYMOUS' at source log bin.000001, end_log_pos 36747; Error 'Doppelter Eintrag 'anna' für Schlüssel 'members.name'' on query. Default database: 'photos'. Query: 'INSERT INTO members (name) VALUES ('anna')'", "entry=anna key=name")]
    [InlineData(1062, "Could not execute Write_rows event on table photos.tags; Doppelter Eintrag '91-sunset' für Schlüssel 'by_name', Error_code: 1062; handler error HA_ERR_FOUND_DUPP_KEY;", "table=photos.tags entry=91-sunset key=by_name")]
    [InlineData(1062, "Error 'Duplicata du champ 'l'été' pour la clef 'name'' on query. Default database: 'photos'. Query: 'INSERT INTO members (name) VALUES ('l''été')'", "table=photos.members entry=l'été key=name")]
    [InlineData(1597, "La commande vers le maître COM_REGISTER_SLAVE a échoué: Accès refusé pour l'utilisateur: 'repl'@'@127.0.0.1' (mot de passe: OUI) (Errno: 1045)", "account='repl'@'127.0.0.1'")]
    [InlineData(1146, "Error executing row event: 'Tabelle 'photos.albums' existiert nicht'", "table=photos.albums")]
    [InlineData(1146, "Error executing row event: 'La table 'photos.albums' n'existe pas'", "table=photos.albums")]
    [InlineData(1062, "Error 'Duplicate entry 'anna' for key 2' on query. Default database: 'photos'. Query: 'INSERT INTO members (id, name) VALUES (4, 'anna')'", "entry=anna keyNumber=2 table=photos.members")]
    [InlineData(1051, "Error 'Unknown table 'photos.list'' on query. Default database: 'photos'. Query: 'drop\u00A0table\u00A0list', Error_code: MY-001051", "query=drop\u00A0table\u00A0list")]
    [InlineData(1054, "Error 'Unknown column 't.name' in 'field list'' on query. Default database: 'yk'. Query: '/*\u00A0App=PhpStorm\u00A02021\u00A0*/ UPDATE yk.users t SET t.name = 1'", "table=yk.users")]
    [InlineData(1452, "Could not execute Write_rows event on table photos.comments; Kann nicht (`photos`.`comments`, CONSTRAINT `c` FOREIGN KEY (`photo`) REFERENCES `pictures` (`id`) ON DELETE CASCADE), Error_code: 1452;", "table=photos.comments referenced=photos.pictures")]
    [InlineData(1452, "Could not execute Write_rows event on table photos.comments; no (`photos`.`comments`, CONSTRAINT `c` FOREIGN KEY (`photo`) REFERENCES `shared`.`pictures` (`id`)), Error_code: 1452;", "referenced=shared.pictures")]
    public void Facts_are_extracted_from_error_texts_in_any_language(int number, string text, string expected)
    {
        ImmutableDictionary<string, string> facts = ErrorText.FactsOf(number, text);

        Assert.All(expected.Split(' '), pair => Assert.Equal(pair.Split('=')[1], facts.GetValueOrDefault(pair.Split('=')[0])));
    }

    [Fact]
    public void A_key_known_only_by_number_is_not_taken_for_the_primary_key()
    {
        Finding finding = Assert.Single(
            Findings.Explain(1062, Scenes.MySql("5.0.96"), usesGtid: false,
                "Error 'Duplicate entry 'anna' for key 2' on query. Default database: 'photos'. Query: 'INSERT INTO members (id, name) VALUES (4, 'anna')'"));

        Assert.DoesNotContain(
            finding.Steps.SelectMany(step => step.Commands), command => command.Contains("COLUMN_OF_PRIMARY", StringComparison.Ordinal));
        Assert.Contains(finding.Steps, step => step.Id == "look-for-stray-on-source");
        Assert.Contains("COLUMN_OF_KEY_2", finding.Steps.Single(step => step.Id == "delete-row").Blanks);
    }

    [Theory]
    [InlineData("Update_rows", "name")]
    [InlineData("Update_rows_v1", "PRIMARY")]
    [InlineData("Write_rows", "name")]
    public void Idempotent_mode_is_advised_only_for_inserts_with_a_duplicate_primary_key(string row, string key)
    {
        Finding finding = Assert.Single(
            Findings.Explain(1062, Scenes.MySql("5.7.44"), usesGtid: false,
                $"Could not execute {row} event on table photos.members; Duplicate entry 'x' for key '{key}', Error_code: 1062;"));

        Assert.DoesNotContain(finding.Steps, step => step.Id == "idempotent");
        Assert.Contains("SET SESSION foreign_key_checks = 0", finding.Steps.Single(step => step.Id == "delete-row").Commands);
    }

    [Theory]
    [InlineData(1305, "Error 'FUNCTION photos.slug does not exist' on query. Default database: 'photos'. Query: 'UPDATE albums SET slug = slug(id)'")]
    [InlineData(1146, "Error 'Table 'photos.albums' doesn't exist' on query. Default database: 'photos'. Query: 'INSERT INTO albums VALUES (1)'")]
    [InlineData(1054, "Error 'Unknown column 'title' in 'field list'' on query. Default database: 'photos'. Query: 'UPDATE albums SET title = 1'")]
    [InlineData(1396, "Error 'Operation ALTER USER failed for 'anna'@'%'' on query. Default database: ''. Query: 'ALTER USER 'anna'@'%''")]
    [InlineData(1050, "Error 'Table 'best' already exists' on query. Default database: 'photos'. Query: 'CREATE TABLE best AS SELECT * FROM albums'")]
    public void Statements_that_change_rows_or_lack_a_prerequisite_are_never_skipped(int number, string text) =>
        Assert.All(
            Findings.Explain(number, Scenes.MySql("5.7.44"), usesGtid: false, text),
            finding => Assert.DoesNotContain(finding.Steps, step => step.Id == "skip-statement"));

    [Fact]
    public void An_unverified_remedy_is_marked_possible_and_followed_by_a_table_comparison()
    {
        Finding finding = Assert.Single(
            Findings.Explain(1194, Scenes.MySql("5.5.62"), usesGtid: false,
                "Error 'Table 'sessions' is marked as crashed and should be repaired' on query. Default database: 'photos'. Query: 'DELETE FROM sessions'"));

        Assert.True(finding.Steps.Single(step => step.Id == "repair-table").IsPossibleOnly);
        Assert.Equal(["compare-tables", "compare-tables-on-source"], finding.Steps[^2..].Select(step => step.Id));
    }

    // Each once named a cause that was not it, and was sure of it.
    [Theory]
    [InlineData("MySQL 5.0.96", 1236, "binlog truncated in the middle of event")]
    [InlineData("MySQL 5.5.47", 1594, "Relay log read failure: Could not parse relay log event entry.")]
    [InlineData("MySQL 8.0", 1782,
        "Error '@@SESSION.GTID_NEXT cannot be set to ANONYMOUS when @@GLOBAL.GTID_MODE = ON.' on query. Default database: ''. Query: 'BEGIN'")]
    [InlineData("MariaDB 10.6", 1677, "Column 4 of table 'photos.albums' cannot be converted from type 'json' to type 'longtext'")]
    [InlineData("MySQL 8.0.36", 13114,
    "the source purged required binary logs. The GTID set sent by the replica is 'a:1-370', and the missing transactions are 'b:1-2'")]
    [InlineData("MySQL 5.7", 1051,
        "Error 'Unknown table 'photos.test'' on query. Default database: 'photos'. Query: 'drop table test', Error_code: 1051 160805 9:33:37 [Warning] WSREP: RBR event 1 Query apply warning: 1, 3")]
    [InlineData("MariaDB 10.5.23", 1213, "Deadlock found when trying to get lock; try restarting transaction, Gtid 0-11-100")]
    [InlineData("MariaDB 10.0.18", 1927, "Connection was killed, Gtid 0-1-2, Internal MariaDB error code: 1927")]
    [InlineData("MySQL 5.5.37", 1049,
    "Error 'Unknown database 'situatii'' on query. Default database: 'situatii'. Query: 'CREATE DEFINER=`root`@`192.168.%.%` FUNCTION `AlphaToInt`() RETURNS int return 1'")]
    [InlineData("MySQL 5.6.14", 1837,
    "When @@SESSION.GTID_NEXT is set to a GTID, you must explicitly set it to a different value after a COMMIT or ROLLBACK. Current @@SESSION.GTID_NEXT is '7e6ececb-c185-11f0-9733-a629fd2330b3:7'.")]
    [InlineData("MySQL 8.0.40", 1396,
    "Coordinator stopped because there were error(s) in the worker(s). The most recent failure being: Worker 1 failed executing transaction '7e6ececb-c185-11f0-9733-a629fd2330b3:7' at source log mysql-bin.000002, end_log_pos 2985090. See error log")]
    public void An_ambiguous_error_is_never_diagnosed_as_certain(string server, int number, string text) =>
        Assert.All(
            Findings.Explain(number, Scenes.Server(server), usesGtid: false, text),
            finding => Assert.NotEqual(Confidence.Certain, finding.Confidence));

    [Theory]
    [InlineData("56-724", "ONE_CONDITION_FOR_EACH_COLUMN_OF_PRIMARY")]
    [InlineData("56", "COLUMN_OF_PRIMARY = '56'")]
    public void An_entry_of_a_possibly_composite_key_is_not_compared_with_a_single_column(string entry, string condition)
    {
        string text =
            $"Error 'Duplicate entry '{entry}' for key 'PRIMARY'' on query. Default database: 'blog'. Query: 'INSERT INTO `wp_term_relationships` (`object_id`, `term_taxonomy_id`) VALUES (56, 724)'";
        Finding finding = Assert.Single(Findings.Explain(1062, Scenes.Server("MariaDB 10.1"), usesGtid: false, text));

        Assert.Contains(
            $"DELETE FROM `blog`.`wp_term_relationships` WHERE {condition}",
            finding.Steps.Single(step => step.Id == "delete-row").Commands);
    }

    // Rows that come once more would go twice into a table without a key, and a statement would run twice; the server's own tables are the
    // replica's alone, and into a database that is not there nothing is loaded.
    [Theory]
    [InlineData(1032, "Could not execute Delete_rows event on table photos.visits; Can't find record in 'visits', Error_code: 1032; handler error HA_ERR_END_OF_FILE; the event's master log bin.000297, end_log_pos 16666")]
    [InlineData(1146, "Error 'Table 'photos.albums' doesn't exist' on query. Default database: 'photos'. Query: 'alter table albums add column b int(11) default null'")]
    [InlineData(1049, "Error executing row event: 'Unknown database 'forum''")]
    [InlineData(1032, "Could not execute Update_rows event on table mysql.user; Can't find record in 'user', Error_code: 1032; handler error HA_ERR_KEY_NOT_FOUND; the event's master log bin.000297, end_log_pos 16666")]
    public void Copying_a_table_and_idempotent_mode_are_not_advised_where_they_would_not_help(int number, string text) =>
        Assert.DoesNotContain(
            Assert.Single(Findings.Explain(number, Scenes.MySql("5.7.44"), usesGtid: false, text)).Steps,
            step => step.Id is "copy-table" or "idempotent");

    [Fact]
    public void A_version_without_patch_number_gets_the_same_commands() =>
        Assert.Contains(
            Assert.Single(
                Findings.Explain(1032, Scenes.Server("MySQL 5.6"), usesGtid: true,
                    "Could not execute Update_rows event on table photos.tags; Can't find record in 'tags', Error_code: 1032; handler error HA_ERR_KEY_NOT_FOUND;"))
                .Steps.Single(step => step.Id == "copy-table").Commands,
            command => command.Contains("--set-gtid-purged=OFF", StringComparison.Ordinal));

    [Theory]
    [InlineData("MySQL 5.7.25", 1236,
    "Got fatal error 1236 from master when reading data from binary log: 'The slave is connecting using CHANGE MASTER TO MASTER_AUTO_POSITION = 1, but the master has purged binary logs containing GTIDs that the slave requires.'", "--set-gtid-purged=ON")]
    [InlineData("MariaDB 10.11.6", 1236,
    "Got fatal error 1236 from master when reading data from binary log: 'Could not find GTID state requested by slave in any binlog files. Error: connecting slave requested to start from GTID 0-10-848902'", "--gtid")]
    public void An_error_text_that_mentions_GTIDs_gets_a_GTID_based_rebuild(string server, int number, string text, string option) =>
        Assert.Contains(
            Assert.Single(
                Findings.Explain(number, Scenes.Server(server), usesGtid: false, text)).Steps.Single(step => step.Id == "rebuild").Commands,
            command => command.Contains(option, StringComparison.Ordinal));

    private static ImmutableArray<Finding> Explained(ReportedText reported) =>
        Findings.Explain(reported.Number, Scenes.Server(reported.Server), usesGtid: false, reported.Text);
}
