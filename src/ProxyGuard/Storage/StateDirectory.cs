namespace ProxyGuard.Storage;

/// <summary>The folder of what survives a restart. Files are replaced whole: after a crash there is the old one or the new one, never half of one.</summary>
internal sealed class StateDirectory
{
    private readonly string _path;

    /// <param name="onlyReads">The folder of a ProxyGuard that may be running: it is neither made nor tried, and need not be there.</param>
    /// <exception cref="IOException">It cannot be made or written; ProxyGuard does not start without it.</exception>
    public StateDirectory(string path, bool onlyReads = false)
    {
        _path = path;
        if (onlyReads)
            return;
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            string probe = PathOf("writable");
            File.WriteAllText(probe, "");
            File.Delete(probe);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"State directory {path} is not writable: {e.Message}", e);
        }
    }

    public string PathOf(string file) => Path.Combine(_path, file);

    /// <summary>Null when there is no such file.</summary>
    public byte[]? Read(string file) => File.Exists(PathOf(file)) ? File.ReadAllBytes(PathOf(file)) : null;

    /// <exception cref="IOException">The disk is full, or gone; the old file is still there.</exception>
    public void Replace(string file, ReadOnlySpan<byte> content)
    {
        string temporary = PathOf(file + ".new");
        try
        {
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write))
            {
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, PathOf(file), overwrite: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{PathOf(file)} is not writable: {e.Message}", e);
        }
    }

    /// <exception cref="IOException">It is still there.</exception>
    public void Remove(string file)
    {
        try
        {
            File.Delete(PathOf(file));
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
        try
        {
            using var stream = new FileStream(PathOf(file), FileMode.Append, FileAccess.Write, FileShare.Read);
            stream.Write([.. line, (byte)'\n']);
            stream.Flush(flushToDisk: true);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"{PathOf(file)} is not writable: {e.Message}", e);
        }
    }
}
