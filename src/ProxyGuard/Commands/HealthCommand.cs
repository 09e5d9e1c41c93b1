using System.CommandLine;
using System.Text.Json;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll health</c>: one line and an exit code, for a container's HEALTHCHECK. It needs no key.</summary>
internal static class HealthCommand
{
    private const int Unhealthy = 1;

    // With the start of the program that stays below the three seconds that orchestrators like.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public static Command Create()
    {
        var options = new ManagementOptions();
        var health = new Command(
            "health",
            "Says in one line whether ProxyGuard does its work, for a container's HEALTHCHECK; a broken replica is no reason to restart it. "
            + "Exit code 0: healthy, 1: not.");
        options.AddTo(health, needsKey: false);
        health.SetAction((arguments, stop) => RunAsync(options.Of(arguments), Console.Out, stop));
        return health;
    }

    /// <returns>0: ProxyGuard watches and answers; 1: it does not, and why is said.</returns>
    public static async Task<int> RunAsync(ManagementAccess access, TextWriter output, CancellationToken stop)
    {
        using var client = new ManagementClient(access, Patience);
        (JsonElement? answer, string? failure) = await client.GetAsync("/health", stop).ConfigureAwait(false);
        string? mode = answer?.TextOf("mode");
        string line = mode is not null ? $"healthy; the site is {mode}" : $"unhealthy: {failure ?? "what answers is not ProxyGuard"}";
        // One line, whatever a stranger's answer has in it.
        await output.WriteLineAsync(VisibleText.Of(line)).ConfigureAwait(false);
        return mode is not null ? 0 : Unhealthy;
    }
}
