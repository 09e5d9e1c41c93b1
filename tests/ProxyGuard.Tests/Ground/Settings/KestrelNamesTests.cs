using System.Reflection;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Tests.Ground.Settings;

/// <summary>Kestrel reads its section by hand: the names that we know are those of its reader.</summary>
public sealed class KestrelNamesTests
{
    private static readonly Assembly Kestrel = typeof(KestrelServerOptions).Assembly;

    [Fact]
    public void The_names_are_those_of_Kestrels_own_reader()
    {
        Type reader = Kestrel.GetTypes().Single(type => type.Name == "ConfigurationReader");
        IEnumerable<string> names = reader.GetFields(BindingFlags.NonPublic | BindingFlags.Static)
            .Where(field => field.IsLiteral && field.FieldType == typeof(string)).Select(field => (string)field.GetValue(null)!);

        Assert.Equal(names.Order(StringComparer.Ordinal), NamesIn(Section).Except(Certificate).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_certificates_names_are_those_that_Kestrel_binds()
    {
        Type bound = Kestrel.GetTypes().Single(type => type.Name == "CertificateConfig");
        IEnumerable<string> names = bound.GetProperties().Where(property => property.SetMethod?.IsPublic == true && property.Name != "FileHasChanged")
            .Select(property => property.Name);

        Assert.Equal(names.Order(StringComparer.Ordinal), Certificate.Order(StringComparer.Ordinal));
    }

    private static ConfigShape.Section Section => (ConfigShape.Section)ConfigShapes.Root.Names[ConfigShapes.Kestrel];

    private static IEnumerable<string> Certificate =>
        ((ConfigShape.Section)((ConfigShape.Section)Section.Names["Certificates"]).Names["Default"]).Names.Keys;

    // Default and Development are names of certificates, no words of the reader's.
    private static IEnumerable<string> NamesIn(ConfigShape shape) => shape is not ConfigShape.Section section
        ? []
        : section.Names.Keys.Except(["Default", "Development"])
            .Concat(section.Names.Values.Append(section.Entry).OfType<ConfigShape>().SelectMany(NamesIn)).Distinct();
}
