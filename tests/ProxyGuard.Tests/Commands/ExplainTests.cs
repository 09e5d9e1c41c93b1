using System.Collections.Immutable;
using System.Text.Json;
using ProxyGuard.Commands;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Texts;
using ProxyGuard.Telling.Diagnosis;

namespace ProxyGuard.Tests.Commands;

public sealed class ExplainTests
{
    [Fact]
    public void An_error_without_a_server_version_is_explained_for_every_server_generation()
    {
        Report report = Explain(1062);

        Assert.Equal(0, report.ExitCode);
        Assert.Contains("SHOW SLAVE STATUS", report.Text, StringComparison.Ordinal);
        Assert.Contains("SHOW REPLICA STATUS", report.Text, StringComparison.Ordinal);
        Assert.Contains("MySQL 8.4", report.Text, StringComparison.Ordinal);
        Assert.Contains("MariaDB 10.11", report.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_given_server_version_gets_only_its_own_commands()
    {
        Report old = Explain(1062, "MySQL 5.6.24");
        Report recent = Explain(1062, "MySQL 8.4");

        Assert.DoesNotContain("REPLICA STATUS", old.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("SLAVE", recent.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_text_distinguishes_causes_with_the_same_number()
    {
        int CountOf(string? text) =>
            Report.Of(form => ExplainCommand.Run(new ErrorQuestion(1236, text, "MySQL 5.6.24", false), form), isJson: true)
                .Json().GetProperty("meanings").GetArrayLength();

        Assert.True(CountOf(null) > 1);
        Assert.Equal(
            1,
            CountOf("Got fatal error 1236 from master when reading data from binary log: 'Could not find first log file name in binary log index file'"));
    }

    [Theory]
    [InlineData(4242, null)]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    [InlineData(1062, "PostgreSQL")]
    public void An_unknown_error_or_server_is_reported_with_exit_code_1(int number, string? server)
    {
        Report report = Explain(number, server);

        Assert.Equal(1, report.ExitCode);
        Assert.Contains(server ?? $"error {number}", report.Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MySQL 5.6.24", "MySQL 5.6.24")]
    [InlineData("5.6.24-log", "MySQL 5.6.24")]
    [InlineData("8", "MySQL 8.0")]
    [InlineData("MariaDB 10.11", "MariaDB 10.11")]
    [InlineData("10.11.6-MariaDB-0+deb12u1", "MariaDB 10.11.6")]
    [InlineData("mariadb 11", "MariaDB 11.0")]
    [InlineData("Percona", null)]
    [InlineData("0", null)]
    public void Server_versions_are_accepted_in_their_usual_spellings(string text, string? version) =>
        Assert.Equal(version, ExplainCommand.VersionOf(text)?.ToString());

    [Theory]
    [InlineData("en", "What happened")]
    [InlineData("de", "Was geschah")]
    [InlineData("fr", "Ce qui s’est passé")]
    public void The_report_is_in_the_requested_language(string language, string words) =>
        Assert.Contains(
            words, Report.Of(form => ExplainCommand.Run(new ErrorQuestion(1062, null, null, false), form), language).Text,
            StringComparison.Ordinal);

    [Fact]
    public void Every_finding_has_complete_texts_in_every_language()
    {
        // Every number there is a meaning for, and what GTIDs change of it.
        foreach (string language in Wording.Languages)
        {
            foreach (Finding finding in AllExplained())
            {
                var words = new FindingWords(Wording.ForFindings(language), finding);
                IEnumerable<string> said =
                [
                    words.Title, words.Happened, words.Members, .. words.DeadEnds,
                    .. finding.Values.Values.Where(value => value.Length > 0),
                    .. finding.Steps.SelectMany(
                        step => (string[])[words.Does(step), words.Changes(step), .. step.Commands, .. step.Blanks]),
                ];
                Assert.All(
                    said,
                    text => Assert.False(
                        string.IsNullOrWhiteSpace(text)
                            || text.IndexOfAny(['{', '<', '\uE000']) >= 0, $"{language} {finding.Code}: {text}"));
            }
        }
    }

    [Fact]
    public void The_JSON_output_has_the_same_findings()
    {
        JsonElement json = Report.Of(
            form => ExplainCommand.Run(new ErrorQuestion(1062, null, "MySQL 8.4", true), form), isJson: true).Json();
        JsonElement meaning = Assert.Single(
            json.GetProperty("meanings").EnumerateArray(), one => one.GetProperty("id").GetString() == "sql-duplicate-key");
        JsonElement server = Assert.Single(meaning.GetProperty("servers").EnumerateArray());

        Assert.Equal(1062, json.GetProperty("error").GetInt32());
        Assert.Equal("MySQL 8.4", server.GetProperty("version").GetString());
        Assert.All(
            server.GetProperty("solutions").EnumerateArray(),
            solution => Assert.Contains(solution.GetProperty("on").GetString(), (string[])["node", "source", "shell"]));
    }

    [Fact]
    public void Commands_are_never_wrapped()
    {
        ImmutableHashSet<string> lines = [.. Explain(1062, "MySQL 5.6.24").Lines.Select(line => line.Trim())];
        IEnumerable<string> commands = Findings.Explain(1062, ServerVersion.Parse("5.6.24"), usesGtid: false)
            .SelectMany(finding => finding.Steps)
            .SelectMany(step => step.Commands.Select(command => step.Target == StepTarget.Shell ? command : $"{command};"));

        Assert.All(commands.SelectMany(command => command.Split('\n')), command => Assert.Contains(command.Trim(), lines));
    }

    private static Report Explain(int number, string? server = null) =>
        Report.Of(form => ExplainCommand.Run(new ErrorQuestion(number, null, server, false), form));

    private static IEnumerable<Finding> AllExplained() =>
        from number in Enumerable.Range(1000, 2100).Concat(Enumerable.Range(13_000, 300))
        from server in (string[])["5.6.24", "8.4.0", "10.11.6-MariaDB"]
        from usesGtid in (bool[])[false, true]
        from finding in Findings.Explain(number, ServerVersion.Parse(server), usesGtid)
        select finding;
}
