using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ProxyGuard.Ground.Settings;

/// <summary>What may stand at one place of the configuration.</summary>
internal abstract record ConfigShape
{
    private ConfigShape()
    {
    }

    /// <summary>Options and sections by name, in any case, and entries that operators name themselves.</summary>
    /// <param name="Names">Those that are known.</param>
    /// <param name="Entry">What all others are; null: there may be no others.</param>
    public sealed record Section(FrozenDictionary<string, ConfigShape> Names, ConfigShape? Entry = null) : ConfigShape
    {
        public static Section Of(params (string Name, ConfigShape Shape)[] names) =>
            new(names.ToFrozenDictionary(name => name.Name, name => name.Shape, StringComparer.OrdinalIgnoreCase));

        public static Section OfEntries(ConfigShape entry) => Of() with { Entry = entry };
    }

    public sealed record List(ConfigShape Item) : ConfigShape;

    /// <summary>Whatever there is, others judge it.</summary>
    public sealed record Anything : ConfigShape;

    public sealed record Text : ConfigShape;

    public sealed record Truth : ConfigShape;

    /// <summary>A whole number.</summary>
    public sealed record Number : ConfigShape;

    /// <summary>As .NET's "c" has it: <c>[d.]hh:mm:ss[.fffffff]</c>.</summary>
    public sealed record Duration : ConfigShape;

    /// <summary>Such as 1.1 or 2.</summary>
    public sealed record HttpVersion : ConfigShape;

    /// <summary>One of these, in any case.</summary>
    public sealed record Word(ImmutableArray<string> Words) : ConfigShape
    {
        public static Word Of<T>()
            where T : struct, Enum => new([.. Enum.GetNames<T>()]);
    }
}
