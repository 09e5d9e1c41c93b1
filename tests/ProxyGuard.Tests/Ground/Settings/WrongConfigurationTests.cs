using System.Text.Json.Nodes;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Tests.Conventions;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>
/// wrong-configurations.txt: mistakes in every section, among them those of public bug reports and of YARP's own documentation, each with
/// all that is said.
/// </summary>
public sealed class WrongConfigurationTests
{
    private const string Note = "note: ";

    private static readonly IReadOnlyList<Mistake> Mistakes = [.. Read()];

    public static TheoryData<string> Differences => [.. Mistakes.Select(mistake => mistake.Difference)];

    [Theory]
    [MemberData(nameof(Differences))]
    public async Task A_mistake_is_told_in_exactly_these_lines(string difference)
    {
        Mistake mistake = Mistakes.Single(one => one.Difference == difference);

        Assert.Equal(mistake.Lines, await LinesAsync(mistake.Configuration()));
    }

    [Fact]
    public void The_schema_finds_what_it_can_express()
    {
        var check = new SchemaCheck(Repository.ReadJson("config", "proxyguard.schema.json"));

        Assert.Equal(
            Mistakes.Where(mistake => mistake.IsInSchema).Select(mistake => mistake.Difference),
            Mistakes.Where(mistake => check.Faults(mistake.Configuration()).Any()).Select(mistake => mistake.Difference));
    }

    [Fact]
    public void There_are_eighty_and_more_over_all_sections()
    {
        Assert.True(Mistakes.Count >= 80, $"only {Mistakes.Count}");
        string[] sections =
        [
            .. OptionTable.Sections.Select(section => $"ProxyGuard:{section.Name}"),
            "ReverseProxy:Routes", "ReverseProxy:Clusters", "Kestrel:Endpoints", "Kestrel:Certificates", "Logging:LogLevel", "Logging:Console",
        ];
        Assert.All(
            sections,
            section => Assert.Contains(Mistakes, mistake => mistake.Difference.StartsWith(section, StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Reading_twice_says_the_same()
    {
        Mistake mistake = Mistakes.First(one => one.Lines.Count > 1);

        Assert.Equal(await LinesAsync(mistake.Configuration()), await LinesAsync(mistake.Configuration()));
    }

    private sealed record Mistake(string Difference, bool IsInSchema, IReadOnlyList<string> Lines)
    {
        public JsonObject Configuration()
        {
            string[] parts = Difference.Split(" = ", 2);
            JsonObject json = Configured.Sample();
            json.Put(parts[0], parts[1] == "REMOVE" ? null : JsonNode.Parse(parts[1]));
            return json;
        }
    }

    private static async Task<IEnumerable<string>> LinesAsync(JsonObject json)
    {
        try
        {
            return (await Configured.ReadAsync(json)).Notes.Select(note => $"{Note}{note}");
        }
        catch (SettingsException e)
        {
            return e.Faults.Select(fault => fault.ToString());
        }
    }

    private static IEnumerable<Mistake> Read()
    {
        string[] lines = Repository.Read("tests", "ProxyGuard.Tests", "Ground", "Settings", "wrong-configurations.txt").Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            if (lines[at].Length > 0 && lines[at][0] != '#' && !IsSaid(lines[at]))
                yield return new Mistake(
                    lines[at][2..], lines[at][0] == '*', [.. lines.Skip(at + 1).TakeWhile(IsSaid).Select(line => line.Trim())]);
        }
    }

    private static bool IsSaid(string line) => line.StartsWith("      ", StringComparison.Ordinal);
}
