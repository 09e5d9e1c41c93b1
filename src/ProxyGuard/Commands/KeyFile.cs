using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Storage;

namespace ProxyGuard.Commands;

/// <summary>
/// The file of a key of the management API: one line. A key is never an argument, which every user of the machine could read, and never
/// part of a message.
/// </summary>
/// <param name="Path">Where it is, or should be.</param>
internal sealed record KeyFile(string Path)
{
    public const string Variable = "PROXYGUARD_KEY_FILE";

    private const UnixFileMode Others = UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    // A key has 43 characters; what is much longer is another file.
    private const int LongestKey = 1024;

    /// <summary>
    /// The one that is named, else that of <c>PROXYGUARD_KEY_FILE</c>, else <c>proxyguard/key</c> in the user's configuration.
    /// </summary>
    /// <param name="named">From the command line; null when nothing is said there.</param>
    public static KeyFile Of(string? named) =>
        new(named ?? (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } set ? set : DefaultPath));

    /// <summary>As the XDG base directories have it.</summary>
    public static string DefaultPath => System.IO.Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData, Environment.SpecialFolderOption.DoNotVerify), "proxyguard",
        "key");

    /// <summary>What should be changed about the file; null when nothing.</summary>
    public string? Warning =>
        !OperatingSystem.IsWindows() && File.Exists(Path) && File.GetUnixFileMode(Path) is var mode && (mode & Others) != 0
            ? $"{Path} can be read or written by other users ({Convert.ToString((int)mode, 8)}): chmod 600 {Path}"
            : null;

    /// <summary>The key; or why there is none, as a sentence.</summary>
    public (string? Key, string? Failure) Read()
    {
        try
        {
            var file = new FileInfo(Path);
            if (!file.Exists && !Directory.Exists(Path))
                return (null, $"There is no key at {Path}. Make one with: ProxyGuard.dll key NAME --file {Path}, or name its file with --key-file FILE or {Variable}.");
            if (file.Exists && file.Length > LongestKey)
                return (null, $"{Path} is no key file: it has {file.Length} bytes, and a key is one line.");
            string key = File.ReadAllText(Path).Trim();
            return AdminKey.TryParseHash(key) is not null
                ? (null, $"{Path} holds a hash, which opens nothing. The key is what ProxyGuard.dll key NAME wrote beside it.")
                : key.Length == 0 || key.Any(letter => letter is <= ' ' or > '~')
                    ? (null, $"{Path} is no key file: a key is one line of letters, digits, - and _.")
                    : (key, null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return (null, $"The key cannot be read: {e.Message}");
        }
    }

    /// <summary>Makes the file, and its folder where there is none; for its owner alone from the first byte.</summary>
    /// <returns>Why not, as a sentence; null when it is done. A key that is there is never replaced.</returns>
    public string? Write(string key)
    {
        try
        {
            if (System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path)) is { } folder && !Directory.Exists(folder))
                MakePrivate(folder);
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = StatePermissions.OwnersOnly;
            using var file = new StreamWriter(Path, options);
            file.Write($"{key}\n");
            return null;
        }
        catch (IOException) when (File.Exists(Path))
        {
            return $"{Path} is there already and is not replaced. Name another one with --file FILE.";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The key cannot be written: {e.Message}";
        }
    }

    private static void MakePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, StatePermissions.OwnersDirectory);
    }
}
