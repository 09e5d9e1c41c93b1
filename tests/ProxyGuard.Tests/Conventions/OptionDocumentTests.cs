using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Conventions;

/// <summary>
/// The schema and the tables of config/README.md are the table of options. <c>PROXYGUARD_WRITE_DOCS=1</c> in the environment writes them
/// anew.
/// </summary>
public sealed partial class OptionDocumentTests
{
    private static readonly JsonSerializerOptions Layout =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, NewLine = "\n" };

    [Fact]
    public void The_schema_is_that_of_the_options() =>
        Compare("proxyguard.schema.json", ShortLists().Replace(OptionDocuments.Schema().ToJsonString(Layout), OneLine) + "\n");

    [Fact]
    public void The_tables_of_the_readme_are_those_of_the_options()
    {
        string readme = Repository.Read("config", "README.md");

        Assert.Equal(
            OptionTable.All.Select(option => option.Path.Split(':')[0]).Distinct(), Tables().Matches(readme).Select(table => table.Groups["section"].Value));
        Compare(
            "README.md",
            Tables().Replace(
                readme,
                table => $"<!-- options: {table.Groups["section"]} -->\n{OptionDocuments.TableOf(table.Groups["section"].Value)}<!-- end -->\n"));
    }

    private static void Compare(string name, string made)
    {
        if (Environment.GetEnvironmentVariable("PROXYGUARD_WRITE_DOCS") == "1")
            File.WriteAllText(Repository.PathOf("config", name), made);
        else
            Assert.True(
                Repository.Read("config", name) == made,
                $"config/{name} is older than the table of options. Run this test with PROXYGUARD_WRITE_DOCS=1.");
    }

    // A list of a few words is read in one line.
    private static string OneLine(Match list) => $"[ {Blanks().Replace(list.Groups["items"].Value.Trim(), " ")} ]";

    [GeneratedRegex(@"\[(?<items>\s*""[^\[\]{}]*?)\s*\]")]
    private static partial Regex ShortLists();

    [GeneratedRegex(@"\s*\n\s*")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"<!-- options: (?<section>\w+) -->\n[\s\S]*?<!-- end -->\n")]
    private static partial Regex Tables();
}
