using System.Collections.Frozen;
using System.Reflection;
using System.Security.Authentication;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// What may stand in a section that is bound to a type: its properties, under their names. So the names of YARP and of .NET's logging are
/// those of the very versions that are used, and none is copied (YARP's package has a schema file, which says no more than that there are
/// routes and clusters).
/// </summary>
internal static class TypeShapes
{
    /// <param name="ofEntry">The property that is an entry's own name and no option of it; null: none is.</param>
    public static ConfigShape.Section Of(Type type, string? ofEntry = null) => new(
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(property => property.Name != ofEntry)
            .ToFrozenDictionary(property => property.Name, property => OfValue(property.PropertyType), StringComparer.OrdinalIgnoreCase));

    private static ConfigShape OfValue(Type type)
    {
        Type value = Nullable.GetUnderlyingType(type) ?? type;
        if (value == typeof(bool))
            return new ConfigShape.Truth();
        if (value == typeof(int) || value == typeof(long))
            return new ConfigShape.Number();
        if (value == typeof(TimeSpan))
            return new ConfigShape.Duration();
        if (value == typeof(Version))
            return new ConfigShape.HttpVersion();
        // A list of them everywhere, although the type is a set of flags.
        if (value == typeof(SslProtocols))
            return new ConfigShape.List(ConfigShape.Word.Of<SslProtocols>());
        if (value.IsEnum)
            return new ConfigShape.Word([.. Enum.GetNames(value)]);
        return value.IsGenericType ? OfMany(value.GetGenericTypeDefinition(), value.GetGenericArguments()) : OfObject(value);
    }

    private static ConfigShape OfMany(Type kind, Type[] parts)
    {
        if (kind == typeof(IReadOnlyList<>))
            return new ConfigShape.List(OfValue(parts[0]));
        return kind == typeof(IReadOnlyDictionary<,>) && parts[0] == typeof(string)
            ? ConfigShape.Section.OfEntries(OfValue(parts[1]))
            : new ConfigShape.Anything();
    }

    // What is written as a text: String, Uri, Char.
    private static ConfigShape OfObject(Type type) =>
        type.Namespace is { } home && (home.StartsWith("Yarp", StringComparison.Ordinal) || type == typeof(System.Text.Json.JsonWriterOptions))
            ? Of(type)
            : new ConfigShape.Text();
}
