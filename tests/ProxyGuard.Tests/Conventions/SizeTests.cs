using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Demo.Fleet;

namespace ProxyGuard.Tests.Conventions;

/// <summary>What grows too large is two things.</summary>
public sealed partial class SizeTests
{
    private const int MostParameters = 5;
    private const int MostCharacters = 140;

    [Fact]
    public void No_constructor_has_more_than_five_parameters()
    {
        Assembly[] program = [typeof(ProxyGuardApp).Assembly, typeof(GuardView).Assembly, typeof(ReplicationFleet).Assembly];

        string[] large =
        [
            .. from type in program.SelectMany(assembly => assembly.GetTypes())
               where !type.IsDefined(typeof(CompilerGeneratedAttribute), inherit: false)
               from constructor in type.GetConstructors(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic)
               where constructor.GetParameters().Length > MostParameters
               select $"{type.FullName}: {constructor.GetParameters().Length}",
        ];

        Assert.Empty(large);
    }

    /// <summary>
    /// What is quoted does not count, nor an address: neither can be broken without harm. A suppression has its reason beside it.
    /// </summary>
    [Fact]
    public void No_line_of_code_has_more_than_140_characters() => Assert.Empty(
        from file in Repository.Sources()
        from line in RawText().Replace(
            File.ReadAllText(file), raw => new string('\n', raw.Value.Count(one => one == '\n'))).Split('\n').Index()
        where line.Item.Length > MostCharacters && LengthOf(line.Item) > MostCharacters && !line.Item.StartsWith('#')
        select $"{Path.GetFileName(file)}:{line.Index + 1}");

    [Theory]
    [InlineData("var x = 1;", 10)]
    [InlineData("Say(\"quoted\", 1);", 11)]
    [InlineData("Say(\"a \\\"b\\\" c\");", 8)]
    [InlineData("// see https://example.org/a and more", 16)]
    public void Quoted_text_and_addresses_do_not_count_in_the_line_length(string line, int length) => Assert.Equal(length, LengthOf(line));

    private static int LengthOf(string line) => Quoted().Replace(line, "\"\"") is var bare ? Addresses().Replace(bare, "").Length : 0;

    [GeneratedRegex("\"(?:[^\"\\\\]|\\\\.)*\"")]
    private static partial Regex Quoted();

    [GeneratedRegex("\"\"\"[\\s\\S]*?\"\"\"")]
    private static partial Regex RawText();

    [GeneratedRegex(@"https?://\S+")]
    private static partial Regex Addresses();
}
