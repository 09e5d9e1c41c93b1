using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Commands;

/// <summary>How a command says what it found.</summary>
/// <param name="Language">One of <see cref="Wording.Languages"/>.</param>
/// <param name="IsJson">For programs, else for people.</param>
/// <param name="IsTerminal">Whether a person reads it as it comes: then there are colours, and the lines are as wide as the window.</param>
internal sealed record ReportForm(TextWriter Output, string Language, bool IsJson, bool IsTerminal)
{
    /// <summary>On the standard output.</summary>
    /// <param name="language">Null: as the terminal speaks, else English.</param>
    public static ReportForm OfConsole(string? language, bool isJson) =>
        new(Console.Out, language ?? OfTerminal(), isJson, !Console.IsOutputRedirected);

    // The first that is set counts (POSIX, "Internationalization Variables"): de_DE.UTF-8 is German.
    private static string OfTerminal()
    {
        string? locale = ((string[])["LC_ALL", "LC_MESSAGES", "LANG"]).Select(Environment.GetEnvironmentVariable)
            .FirstOrDefault(value => !string.IsNullOrEmpty(value));
        return Wording.Languages.FirstOrDefault(
            language => locale?.StartsWith(language, StringComparison.Ordinal) == true) ?? Wording.Languages[0];
    }
}
