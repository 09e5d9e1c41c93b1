using System.CommandLine;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Texts;

namespace ProxyGuard.Commands;

/// <summary>Options that several commands share.</summary>
internal static class CommonOptions
{
    public static Option<string> Config { get; } = new("--config")
    {
        Description = "The configuration file (JSON; environment variables override it).",
        DefaultValueFactory = _ => "config/proxyguard.json",
    };

    public static Option<string?> Secrets { get; } = new("--secrets")
    {
        Description = $"A directory of secrets, a file for each option; without it, {ConfigurationFile.SecretsVariable}.",
    };

    public static Option<string?> Language { get; } = Languages();

    public static Option<string> Output { get; } = Outputs();

    /// <summary>Of a command that has <see cref="Config"/> and <see cref="Secrets"/>.</summary>
    public static ConfigurationSource SourceOf(ParseResult arguments) => new(arguments.GetValue(Config)!, arguments.GetValue(Secrets));

    /// <summary>How the command's answer is to be told; it has both <see cref="Language"/> and <see cref="Output"/>.</summary>
    public static ReportForm FormOf(ParseResult arguments) =>
        ReportForm.OfConsole(arguments.GetValue(Language), isJson: arguments.GetValue(Output) == "json");

    private static Option<string?> Languages()
    {
        Option<string?> lang = new("--lang") { Description = "The language of the report; without it, as the terminal speaks." };
        lang.AcceptOnlyFromAmong([.. Wording.Languages]);
        return lang;
    }

    private static Option<string> Outputs()
    {
        Option<string> output = new("--output") { Description = "text for people, json for programs.", DefaultValueFactory = _ => "text" };
        output.AcceptOnlyFromAmong("text", "json");
        return output;
    }
}
