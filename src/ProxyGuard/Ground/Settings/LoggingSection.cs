using System.Reflection;
using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// Checks Logging. Categories are free text, and one of a library that is not there yet is no mistake: what is likely mistyped is a note.
/// </summary>
internal static class LoggingSection
{
    // Whose logs there are here, and the categories that documents name.
    private static readonly string[] Categories =
    [
        "Default", "Microsoft", "Microsoft.AspNetCore", "Microsoft.AspNetCore.Server.Kestrel", "Microsoft.Extensions", "Microsoft.Hosting",
        "Microsoft.Hosting.Lifetime", "ProxyGuard", "System", "System.Net.Http", "Yarp", "Yarp.ReverseProxy",
    ];

    // In these a category is known exactly: the name of a class, or the beginning of one.
    private static readonly Assembly[] Known = [typeof(LoggingSection).Assembly, typeof(RouteConfig).Assembly];

    public static IEnumerable<ConfigurationError> Faults(IConfigurationSection logging) =>
    [
        .. ShapeCheck.Faults(logging, ConfigShapes.Root.Names[ConfigShapes.Logging]),
        .. new[] { logging.GetSection("LogLevel"), logging.GetSection("Console:LogLevel") }
        .SelectMany(levels => levels.GetChildren()).Select(NoteOf).OfType<ConfigurationError>(),
        .. from provider in logging.GetChildren()
           where !provider.Key.Equals("LogLevel", StringComparison.OrdinalIgnoreCase)
               && !provider.Key.Equals("Console", StringComparison.OrdinalIgnoreCase)
               && NearMiss.Typed(provider.Key, ["LogLevel", "Console"]) is null
           select provider.Value is null
               ? Note(provider, "is of a log that ProxyGuard does not have, and does nothing; it writes to the console alone")
               : new ConfigurationError(provider.Path, $"is read by nothing (did you mean {logging.Path}:LogLevel:{provider.Key}?)"),
    ];

    private static ConfigurationError? NoteOf(IConfigurationSection level)
    {
        // "*" stands for anything, once.
        string category = level.Key.TrimEnd('*', '.');
        if (category.Length == 0 || category.Contains('*') || Categories.Contains(category, StringComparer.OrdinalIgnoreCase))
            return null;
        if (Known.FirstOrDefault(assembly => IsIn(category, RootOf(assembly))) is { } ours)
            return ours.GetTypes().Any(type => IsIn(type.FullName ?? "", category)) ? null
                : Note(level, $"is a category that nothing logs in{NearMiss.Question(category, CategoriesOf(ours))}");
        return NearMiss.Typed(category, Categories) is { } near
            ? Note(level, $"is a category that nothing logs in (did you mean {near}?)")
            : null;
    }

    private static string RootOf(Assembly assembly) => assembly.GetName().Name!.Split('.')[0];

    private static IEnumerable<string> CategoriesOf(Assembly assembly) =>
        assembly.GetTypes().Select(type => type.Namespace).OfType<string>().SelectMany(Prefixes).Distinct();

    // "A.B.C", "A.B", "A".
    private static IEnumerable<string> Prefixes(string name) =>
        name.Contains('.') ? Prefixes(name[..name.LastIndexOf('.')]).Prepend(name) : [name];

    private static bool IsIn(string name, string category) =>
        name.StartsWith(category, StringComparison.OrdinalIgnoreCase) && (name.Length == category.Length || name[category.Length] == '.');

    private static ConfigurationError Note(IConfigurationSection at, string problem) => new(at.Path, problem) { IsNote = true };
}
