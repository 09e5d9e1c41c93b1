using System.Text;

namespace ProxyGuard.Ground.Settings;

/// <summary>A secret in a file of its own, as Docker and Kubernetes mount them. Nothing of it is ever said.</summary>
internal static class SecretFile
{
    // Sixteen times the longest password that servers take; a log or a disk image that was named by mistake is larger.
    private const int MostBytes = 64 * 1024;

    /// <summary>Its text, without one line break at the end. Empty, and reported, when it cannot be used.</summary>
    /// <param name="option">The path of the option that names it.</param>
    /// <param name="file">Absolute.</param>
    public static string Read(string option, string file, List<ConfigurationError> faults)
    {
        try
        {
            (byte[] bytes, bool isPublic) = ReadBytes(file);
            if (isPublic)
                faults.Add(
                    new ConfigurationError(option, $"is {file}, which everybody on this machine can read; chmod 0400 and its owner keep it secret")
                    {
                        IsNote = true,
                    });
            if (ProblemOf(bytes) is not { } problem)
                return TextOf(bytes);
            faults.Add(new ConfigurationError(option, $"is {file}, {problem}"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            faults.Add(new ConfigurationError(option, $"is {file}, {Describe(file, e)}"));
        }

        return "";
    }

    private static (byte[] Bytes, bool IsPublic) ReadBytes(string file)
    {
        using FileStream stream = File.OpenRead(file);
        byte[] buffer = new byte[MostBytes + 1];
        int length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        bool isPublic = !OperatingSystem.IsWindows() && File.GetUnixFileMode(stream.SafeFileHandle).HasFlag(UnixFileMode.OtherRead);
        return (buffer[..length], isPublic);
    }

    private static string? ProblemOf(byte[] bytes) => bytes.Length switch
    {
        > MostBytes => $"which has more than {MostBytes / 1024} KB: it must have the secret and nothing else",
        _ when TextOf(bytes).Length == 0 => "which is empty; it must have the secret",
        _ => null,
    };

    private static string Describe(string file, Exception e) => e switch
    {
        FileNotFoundException or DirectoryNotFoundException => "but there is no such file",
        _ when Directory.Exists(file) => "which is a directory; name the file in it",
        UnauthorizedAccessException => $"which {Environment.UserName}, as whom this runs, may not read",
        _ => $"which cannot be read: {e.Message.TrimEnd('.')}",
    };

    // What an editor or echo puts at the end is no part of it; blanks may be.
    private static string TextOf(byte[] bytes)
    {
        string text = Encoding.UTF8.GetString(bytes);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
