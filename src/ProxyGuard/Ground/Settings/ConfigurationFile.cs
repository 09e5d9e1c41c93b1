using System.Text.Json;

namespace ProxyGuard.Ground.Settings;

/// <summary>Where the configuration comes from: one JSON file, overridden by environment variables, as always in .NET.</summary>
internal static class ConfigurationFile
{
    /// <exception cref="SettingsException">The file is not there, or is no JSON.</exception>
    public static IConfigurationRoot Load(string path)
    {
        try
        {
            return new ConfigurationBuilder()
                // Read once: a half-saved file must not change a running proxy.
                .AddJsonFile(Path.GetFullPath(path), optional: false, reloadOnChange: false)
                .AddEnvironmentVariables("ASPNETCORE_")
                .AddEnvironmentVariables()
                .Build();
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

    private static string Describe(Exception cause) => cause switch
    {
        // The parser counts from 0, editors from 1. Its text ends with the same line and column once more.
        JsonException { LineNumber: { } line, BytePositionInLine: { } column } json =>
            $"is no JSON: line {line + 1}, column {column + 1}: {json.Message.Split(" LineNumber:")[0].TrimEnd('.')}",
        _ => $"cannot be read: {cause.Message.TrimEnd('.')}",
    };
}
