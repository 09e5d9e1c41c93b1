using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Tests.Conventions;

public sealed partial class SourceTests
{
    private const int MostLines = 300;

    [Fact]
    public void Event_ids_are_unique()
    {
        int[] ids =
        [
            .. LogEvent().Matches(Repository.Read("src", "ProxyGuard", "Ground", "Telemetry", "GuardLog.cs"))
            .Select(match => int.Parse(match.Groups[1].ValueSpan)),
        ];

        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void All_log_events_stand_in_one_file() =>
        Assert.Equal(
            ["GuardLog.cs"], Repository.Sources().Where(file => LogEvent().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName));

    [Fact]
    public void Core_references_only_the_base_class_library()
    {
        string[] references = [.. typeof(GuardRules).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!)];

        Assert.All(references, name => Assert.Matches("^System\\.", name));
        Assert.DoesNotContain(
            "<ProjectReference", Repository.Read("src", "ProxyGuard.Core", "ProxyGuard.Core.csproj"), StringComparison.Ordinal);
    }

    [Fact]
    public void Types_of_Core_are_immutable()
    {
        IEnumerable<string> setters =
            from type in typeof(GuardRules).Assembly.GetExportedTypes()
            from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            where property.SetMethod is { IsPublic: true } setter
                && !setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit))
            select $"{type.Name}.{property.Name}";
        IEnumerable<string> fields =
            from type in typeof(GuardRules).Assembly.GetExportedTypes()
            where !type.IsEnum
            from field in type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            where !field.IsInitOnly && !field.IsLiteral
            select $"{type.Name}.{field.Name}";

        Assert.Empty(setters.Concat(fields));
    }

    [Fact]
    public void Every_warning_suppression_has_a_reason()
    {
        IEnumerable<string> silent =
            from file in Repository.Sources()
            from line in OneStatementALine(file)
            where line.Contains("#pragma warning disable", StringComparison.Ordinal) && !PragmaWithReason().IsMatch(line)
                || line.Contains("SuppressMessage(", StringComparison.Ordinal) && !JustifiedSuppression().IsMatch(line)
            select $"{Repository.NameOf(file)}: {line.Trim()}";

        Assert.Empty(silent);
    }

    // An attribute may go on in the next lines.
    private static string[] OneStatementALine(string file) =>
        AttributeGoesOn().Replace(File.ReadAllText(file), " ").Split('\n');

    [GeneratedRegex("(?<=SuppressMessage\\([^\\]]*)\\n\\s*")]
    private static partial Regex AttributeGoesOn();

    [Fact]
    public void No_source_file_has_more_than_300_lines()
    {
        IEnumerable<string> crowded =
            from file in Repository.Sources()
            let lines = File.ReadLines(file).Count()
            where lines > MostLines
            select $"{Repository.NameOf(file)} has {lines} lines";

        Assert.Empty(crowded);
    }

    [GeneratedRegex(@"\[LoggerMessage\((\d+),")]
    private static partial Regex LogEvent();

    [GeneratedRegex(@"#pragma warning disable [A-Z0-9, ]+ // \S.{10,}")]
    private static partial Regex PragmaWithReason();

    [GeneratedRegex("""Justification = "[^"]{10,}""")]
    private static partial Regex JustifiedSuppression();
}
