using System.Diagnostics;

namespace ProxyGuard.Testing;

/// <summary>What a program said, and how it ended by itself.</summary>
internal sealed record EndedProcess(int ExitCode, string Output, string Errors)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    /// <summary>Runs it to its end; one that does not come to one is killed, with its children, and that throws.</summary>
    public static async Task<EndedProcess> OfAsync(ProcessStartInfo start)
    {
        start.RedirectStandardOutput = start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        using var patience = new CancellationTokenSource(Deadline);
        Task<string> output = process.StandardOutput.ReadToEndAsync(patience.Token);
        Task<string> errors = process.StandardError.ReadToEndAsync(patience.Token);
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return new EndedProcess(process.ExitCode, await output, await errors);
    }
}
