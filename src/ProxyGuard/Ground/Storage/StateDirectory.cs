using System.Globalization;

namespace ProxyGuard.Ground.Storage;

/// <summary>
/// The folder of what survives a restart. Files are replaced whole: after a crash there is the old one or the new one, never half of one.
/// Only we read and write them (<see cref="StatePermissions"/>), and what stands in the place of one is never followed elsewhere.
/// </summary>
internal sealed class StateDirectory : IDisposable
{
    private const string Unreadable = ".unreadable-";

    private readonly string _path;
    private readonly List<string> _remarks = [];
    private readonly StateLock? _lock;

    /// <param name="onlyReads">The folder of a ProxyGuard that may be running: it is neither made nor tried, and need not be there.</param>
    /// <exception cref="IOException">It cannot be made or written, others can, or another ProxyGuard uses it; ProxyGuard does not start
    /// without it. A full disk alone is a remark: the site would be down for it.</exception>
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
                Directory.CreateDirectory(path, StatePermissions.OwnersDirectory);
                _remarks.AddRange(new StatePermissions(path).Protect());
            }

            _lock = StateLock.Take(path);
            if (_lock.Remark is { } remark)
                _remarks.Add(remark);
            Replace("writable", []);
            Remove("writable");
        }
        catch (IOException e) when (Posix.IsFull(e))
        {
            _remarks.Add($"{path} is on a full disk ({e.Message}): what is decided from now on would not survive a restart");
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

    /// <inheritdoc cref="ReadFile"/>
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

    /// <summary>Null when there is no such file.</summary>
    /// <param name="most">Bytes; a larger one is not read at all.</param>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="InvalidDataException">It is larger, or no file but something in its place.</exception>
    public static byte[]? ReadFile(string path, int most)
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
    /// The same, but what could not be read is kept beside it. At every moment one of the two is there: a start after a crash in between
    /// meets what could not be read, or what was put in its place, and never nothing.
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
            using var stream = new FileStream(path, New(FileMode.Append, FileShare.Read));
            stream.Write([.. line, (byte)'\n']);
            stream.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} is not writable: {e.Message}", e);
        }
    }

    /// <summary>Another process may use the directory from now on.</summary>
    public void Dispose() => _lock?.Dispose();

    /// <summary>The last bytes of a file; none when there is no such file.</summary>
    /// <exception cref="IOException">It cannot be read, or is no file but something in its place.</exception>
    public byte[] ReadEnd(string file, int most)
    {
        string path = PathOf(file);
        if (Posix.StatusOf(path) is not { } status)
            return [];
        if (!status.IsRegularFile)
            throw new IOException($"{path} is no file but a link or something else, which is not followed");
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            stream.Seek(-Math.Min(most, stream.Length), SeekOrigin.End);
            var end = new byte[Math.Min(most, stream.Length)];
            return end[..stream.ReadAtLeast(end, end.Length, throwOnEndOfStream: false)];
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{path} cannot be read: {e.Message}", e);
        }
    }

    private string AsideOf(string file, DateTimeOffset utcNow) =>
        PathOf(string.Create(CultureInfo.InvariantCulture, $"{file}{Unreadable}{utcNow:yyyyMMdd'T'HHmmss'Z'}"));

    private string WriteNew(string file, ReadOnlySpan<byte> content)
    {
        string path = PathOf(file + ".new");
        // What is there is left from a crash, or was put there by another user: a new file is made, none is opened.
        File.Delete(path);
        using var stream = new FileStream(path, New(FileMode.CreateNew, FileShare.Read));
        try
        {
            stream.Write(content);
            stream.Flush(flushToDisk: true);
        }
        catch (IOException)
        {
            // On a full disk it would take the room of what comes next.
            File.Delete(path);
            throw;
        }

        return path;
    }

    /// <summary>How a file of ours is made: nobody else reads it.</summary>
    public static FileStreamOptions New(FileMode mode, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = share };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = StatePermissions.OwnersOnly;
        return options;
    }
}
