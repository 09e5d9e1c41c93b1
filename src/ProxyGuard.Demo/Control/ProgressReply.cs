using System.Text;

namespace ProxyGuard.Demo.Control;

/// <summary>
/// What the running demo answers to break and mend: lines while it works, and how it ended. Each line of the wire begins with what it is.
/// </summary>
internal static class ProgressReply
{
    private const char Progress = '.';
    private const char Done = '=';
    private const char Failed = '!';

    public static Task TellAsync(HttpResponse response, string line) => WriteAsync(response, Progress, line);

    public static Task EndAsync(HttpResponse response, bool isDone, string text) => WriteAsync(response, isDone ? Done : Failed, text);

    /// <summary>The exit code: 0 when it was done, 1 when not.</summary>
    public static async Task<int> ReadAsync(Stream reply, TextWriter output, TextWriter errors)
    {
        using var lines = new StreamReader(reply);
        int exitCode = 1;
        while (await lines.ReadLineAsync() is { Length: > 0 } line)
        {
            if (line[0] == Done)
                exitCode = 0;
            await (line[0] == Failed ? errors : output).WriteLineAsync(line[0] == Progress ? $"  {line[1..]}" : line[1..]);
        }

        return exitCode;
    }

    private static async Task WriteAsync(HttpResponse response, char kind, string text)
    {
        foreach (string line in text.Split('\n'))
            await response.Body.WriteAsync(Encoding.UTF8.GetBytes($"{kind}{line}\n"));
        await response.Body.FlushAsync();
    }
}
