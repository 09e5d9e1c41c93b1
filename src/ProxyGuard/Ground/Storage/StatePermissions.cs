using System.Runtime.Versioning;

namespace ProxyGuard.Ground.Storage;

/// <summary>Who may read and write the state directory and its files. Windows has no such modes.</summary>
[UnsupportedOSPlatform("windows")]
internal sealed class StatePermissions(string path)
{
    public const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    public const UnixFileMode OwnersDirectory = OwnersOnly | UnixFileMode.UserExecute;

    private const UnixFileMode Others = (UnixFileMode)0b111_111;

    // Of those that we make, each with endings of ours.
    private static readonly string[] Ours = ["hold.json", "audit.jsonl", "replication.json", "write-marks.key", "writable", "owner"];

    private readonly List<string> _remarks = [];

    /// <summary>Takes from others what they need not have, of what is ours; refuses a directory in which any user could put files in our
    /// place.</summary>
    /// <returns>What an operator should know of it.</returns>
    /// <exception cref="IOException">Any user can put files there.</exception>
    public IReadOnlyList<string> Protect()
    {
        UnixFileMode mode = File.GetUnixFileMode(path);
        string? stranger = Directory.EnumerateFileSystemEntries(path).Select(Path.GetFileName)
            .FirstOrDefault(name => !Ours.Any(ours => name!.StartsWith(ours, StringComparison.Ordinal)));
        bool isOthers = Posix.StatusOf(path) is { } status && status.Owner != Posix.UserId && !IsLink(path);
        if (mode.HasFlag(UnixFileMode.OtherWrite) && (isOthers || stranger is not null))
        {
            throw new IOException(
                $"State directory {path} can be written by everybody ({Octal(mode)}): who writes there could lift a hold or read a key. "
                + $"Name a directory of its own in ProxyGuard:State:Directory, such as {Path.Combine(path, "proxyguard")}; it is made with 0700");
        }

        if ((mode & Others) != 0)
        {
            // Another program's files are in it, or it is another user's: closing it may break what works.
            if (stranger is not null)
                _remarks.Add(
                    $"{path} is open to others ({Octal(mode)}) and stays so, because {stranger} is in it, which is not ours; "
                    + "0700 would be right for a directory of its own");
            else
                Tighten(path, mode, OwnersDirectory);
        }

        foreach (string file in Ours.Select(file => Path.Combine(path, file)))
        {
            if (Posix.StatusOf(file) is { IsRegularFile: true } && File.GetUnixFileMode(file) is var found && (found & Others) != 0)
                Tighten(file, found, OwnersOnly);
        }

        return _remarks;
    }

    private void Tighten(string entry, UnixFileMode found, UnixFileMode wanted)
    {
        try
        {
            File.SetUnixFileMode(entry, wanted);
            _remarks.Add($"{entry} was open to others ({Octal(found)}) and is {Octal(wanted)} now");
        }
        catch (UnauthorizedAccessException)
        {
            _remarks.Add($"{entry} is open to others ({Octal(found)}) and belongs to another user; {Octal(wanted)} would be right");
        }
    }

    private static bool IsLink(string directory) => new DirectoryInfo(directory).LinkTarget is not null;

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
}
