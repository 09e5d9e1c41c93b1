using System.Text.Json;

namespace ProxyGuard.Ground.Settings;

/// <summary>
/// Where the configuration comes from: one JSON file, overridden by a directory of secrets, overridden by environment variables.
/// </summary>
internal static class ConfigurationFile
{
    /// <summary>Names the directory where the command line does not.</summary>
    public const string SecretsVariable = "PROXYGUARD_SECRETS_DIRECTORY";

    /// <param name="secrets">
    /// A directory with a file for each option, named by its path with <c>__</c> between the steps. Null: what
    /// <see cref="SecretsVariable"/> says, or none.
    /// </param>
    /// <exception cref="SettingsException">The file is not there, or is no JSON; or the directory is not there.</exception>
    public static IConfigurationRoot Load(string path, string? secrets = null)
    {
        // Read once: a half-saved file must not change a running proxy.
        IConfigurationBuilder sources = new ConfigurationBuilder()
            .AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false);
        if ((secrets ?? Environment.GetEnvironmentVariable(SecretsVariable)) is { Length: > 0 } directory)
            sources.AddKeyPerFile(Existing(directory), optional: false, reloadOnChange: false);
        try
        {
            return sources.AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables().Build();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new SettingsException(
                [new ConfigurationError(
                    path, $"is {(Directory.Exists(path) ? "a directory" : "not there")}; name the configuration file with --config FILE")]);
        }
        catch (Exception e) when (e is InvalidDataException or UnauthorizedAccessException or IOException)
        {
            throw new SettingsException([new ConfigurationError(path, Describe(e.GetBaseException()))]);
        }
    }

    private static string Existing(string directory) => Directory.Exists(directory) ? Path.GetFullPath(directory)
        : throw new SettingsException(
            [new ConfigurationError(directory, $"is not a directory; name that of the secrets with --secrets DIR or {SecretsVariable}")]);

    private static string Describe(Exception cause) => cause switch
    {
        // Somebody is just saving it, or the disk was full.
        JsonException { LineNumber: 0, BytePositionInLine: 0 } nothing when nothing.Message.Contains("any JSON tokens", StringComparison.Ordinal) =>
            "is empty",
        // The parser counts from 0, editors from 1. Its text ends with the same line and column once more.
        JsonException { LineNumber: { } line, BytePositionInLine: { } column } json =>
            $"is no JSON: line {line + 1}, column {column + 1}: {json.Message.Split(" LineNumber:")[0].TrimEnd('.')}",
        _ => $"cannot be read: {cause.Message.TrimEnd('.')}",
    };
}
