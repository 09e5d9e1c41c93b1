using System.Globalization;

namespace ProxyGuard.Ground.Storage;

/// <summary>
/// The folder of what survives a restart. Files are replaced whole: after a crash there is the old one or the new one, never half of one.
/// Only we read and write them, and what stands
/// in the place of one is never followed elsewhere.
/// </summary>
internal sealed class StateDirectory
{
    private const UnixFileMode OwnersOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode OwnersDirectory = OwnersOnly | UnixFileMode.UserExecute;
    private const UnixFileMode Others = (UnixFileMode)0b111_111;
    private const string Unreadable = ".unreadable-";

    // Of those that we make, each with endings of ours.
    private static readonly string[] Ours = ["hold.json", "audit.jsonl", "replication.json", "write-marks.key", "writable"];

    private readonly string _path;
    private readonly List<string> _remarks = [];

    /// <param name="onlyReads">The folder of a ProxyGuard that may be running: it is neither made nor tried, and need not be there.</param>
    /// <exception cref="IOException">It cannot be made or written, or others can; ProxyGuard does not start without it.</exception>
    public StateDirectory(string path, bool onlyReads = false)
    {
        _path = path;
        OnlyReads = onlyReads;
        if (onlyReads)
            return;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
            {
                Directory.CreateDirectory(path, OwnersDirectory);
                Protect();
            }

            Replace("writable", []);
            Remove("writable");
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"State directory {path} is not writable: {e.Message}", e);
        }
    }

    /// <summary>It is not ours to change.</summary>
    public bool OnlyReads { get; }

    /// <summary>What an operator should know about how it was found.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    public string PathOf(string file) => Path.Combine(_path, file);

    /// <summary>Null when there is no such file.</summary>
    /// <param name="most">Bytes; a larger one is not read at all.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is larger, or no file but something in its place.</exception>
    public byte[]? Read(string file, int most)
    {
        try
        {
            return ReadFile(PathOf(file), most);
        }
        catch (Exception e) when (OnlyReads && e is UnauthorizedAccessException or IOException)
        {
            // Of another user's ProxyGuard: what is in it is not known, and that is all there is to say.
            _remarks.Add(e.Message);
            return null;
        }
    }

    private static byte[]? ReadFile(string path, int most)
    {
        if (Posix.StatusOf(path) is not { } status)
            return null;
        if (!status.IsRegularFile)
            throw new InvalidDataException("it is no file but a link or something else, which is not followed");
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length > most)
            throw new InvalidDataException($"it has {stream.Length} bytes and may have {most}");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    /// <exception cref="IOException">The disk is full, or gone; the old file is still there.</exception>
    public void Replace(string file, ReadOnlySpan<byte> content)
    {
        try
        {
            string written = WriteNew(file, content);
            File.Move(written, PathOf(file), overwrite: true);
            Posix.FlushDirectory(_path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{PathOf(file)} is not writable: {e.Message}", e);
        }
    }

    /// <summary>
    /// The same, but what could not be read is kept beside it. At every moment one of the two is there: whoever starts after a crash in
    /// between meets what could not be read, or what was put in its place, and never nothing.
    /// </summary>
    /// <returns>Where the old one is now.</returns>
    /// <exception cref="IOException">The disk is full, or gone; most likely the old file is still there.</exception>
    public string ReplaceUnreadable(string file, ReadOnlySpan<byte> content, DateTimeOffset utcNow)
    {
        try
        {
            string written = WriteNew(file, content);
            string aside = AsideOf(file, utcNow);
            if (!Posix.TryLink(PathOf(file), aside))
                SetAside(file, utcNow);
            File.Move(written, PathOf(file), overwrite: true);
            Posix.FlushDirectory(_path);
            return aside;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{PathOf(file)} is not writable: {e.Message}", e);
        }
    }

    /// <summary>Renames what could not be read, so that a person can look at it and the next start does not meet it again.</summary>
    /// <returns>Where it is now.</returns>
    /// <exception cref="IOException">It is still where it was.</exception>
    public string SetAside(string file, DateTimeOffset utcNow)
    {
        string aside = AsideOf(file, utcNow);
        try
        {
            if (Directory.Exists(PathOf(file)) && new FileInfo(PathOf(file)).LinkTarget is null)
                Directory.Move(PathOf(file), aside);
            else
                File.Move(PathOf(file), aside, overwrite: true);
            Posix.FlushDirectory(_path);
            return aside;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{PathOf(file)} cannot be set aside: {e.Message}", e);
        }
    }

    /// <exception cref="IOException">It is still there.</exception>
    public void Remove(string file)
    {
        try
        {
            File.Delete(PathOf(file));
            Posix.FlushDirectory(_path);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{PathOf(file)} cannot be removed: {e.Message}", e);
        }
    }

    /// <summary>Adds one line, on disk when this returns.</summary>
    /// <exception cref="IOException">The disk is full, or gone.</exception>
    public void AppendLine(string file, ReadOnlySpan<byte> line)
    {
        string path = PathOf(file);
        if (Posix.StatusOf(path) is { IsRegularFile: false })
            throw new IOException($"{path} is no file but a link or something else, which is not followed");
        try
        {
            using var stream = new FileStream(path, New(FileMode.Append));
            stream.Write([.. line, (byte)'\n']);
            stream.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} is not writable: {e.Message}", e);
        }
    }

    private string AsideOf(string file, DateTimeOffset utcNow) =>
        PathOf(string.Create(CultureInfo.InvariantCulture, $"{file}{Unreadable}{utcNow:yyyyMMdd'T'HHmmss'Z'}"));

    private string WriteNew(string file, ReadOnlySpan<byte> content)
    {
        string path = PathOf(file + ".new");
        // What is there is left from a crash, or was put there by somebody: a new file is made, none is opened.
        File.Delete(path);
        using var stream = new FileStream(path, New(FileMode.CreateNew));
        stream.Write(content);
        stream.Flush(flushToDisk: true);
        return path;
    }

    private static FileStreamOptions New(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnersOnly;
        return options;
    }

    /// <summary>Takes from others what they need not have, of what is ours; refuses a directory in which anybody could put files in our
    /// place.</summary>
    private void Protect()
    {
        if (OperatingSystem.IsWindows())
            return;
        UnixFileMode mode = File.GetUnixFileMode(_path);
        string? stranger = Directory.EnumerateFileSystemEntries(_path).Select(Path.GetFileName)
            .FirstOrDefault(name => !Ours.Any(ours => name!.StartsWith(ours, StringComparison.Ordinal)));
        bool isOthers = Posix.StatusOf(_path) is { } status && status.Owner != Posix.UserId && !IsLink(_path);
        if (mode.HasFlag(UnixFileMode.OtherWrite) && (isOthers || stranger is not null))
        {
            throw new IOException(
                $"State directory {_path} can be written by everybody ({Octal(mode)}): who writes there could lift a hold or read a key. "
                + $"Name a directory of its own in ProxyGuard:State:Directory, such as {Path.Combine(_path, "proxyguard")}; it is made with 0700");
        }

        if ((mode & Others) != 0)
        {
            // Somebody else's files are in it, or it is somebody else's: closing it may break what works.
            if (stranger is not null)
                _remarks.Add(
                    $"{_path} is open to others ({Octal(mode)}) and stays so, because {stranger} is in it, which is not ours; "
                    + "0700 would be right for a directory of its own");
            else
                Tighten(_path, mode, OwnersDirectory);
        }

        foreach (string file in Ours.Select(PathOf))
        {
            if (Posix.StatusOf(file) is { IsRegularFile: true } && File.GetUnixFileMode(file) is var found && (found & Others) != 0)
                Tighten(file, found, OwnersOnly);
        }
    }

    private void Tighten(string path, UnixFileMode found, UnixFileMode wanted)
    {
        if (OperatingSystem.IsWindows())
            return;
        try
        {
            File.SetUnixFileMode(path, wanted);
            _remarks.Add($"{path} was open to others ({Octal(found)}) and is {Octal(wanted)} now");
        }
        catch (UnauthorizedAccessException)
        {
            _remarks.Add($"{path} is open to others ({Octal(found)}) and belongs to another user; {Octal(wanted)} would be right");
        }
    }

    private static bool IsLink(string path) => new DirectoryInfo(path).LinkTarget is not null;

    private static string Octal(UnixFileMode mode) => "0" + Convert.ToString((int)mode, 8);
}
