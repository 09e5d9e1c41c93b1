using System.CommandLine;
using System.Text.Json;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll reload</c>: lets the configuration file be in force, without a restart; and what that would change.</summary>
internal static class ReloadCommand
{
    private const int NotDone = 2;
    private const string Reload = "/api/v1/reload";

    public static Command Create()
    {
        var options = new ManagementOptions();
        var reload = new Command(
            "reload",
            "Lets the edited configuration file be in force, without a restart; with a fault in it nothing changes. What it would change: check --diff. Exit code 0: it is in force, 2: it is not.");
        options.AddTo(reload);
        reload.SetAction((arguments, stop) => RunAsync(options.Of(arguments), Console.Out, Console.Error, stop));
        return reload;
    }

    /// <returns>0: it is in force; 2: it is not, and why is said.</returns>
    public static async Task<int> RunAsync(ManagementAccess access, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        (JsonElement? answer, string? failure) = await AskAsync(HttpMethod.Post, access, errors, stop).ConfigureAwait(false);
        if (answer is not { } done)
        {
            await errors.WriteLineAsync(failure).ConfigureAwait(false);
            return NotDone;
        }

        await using var lines = new VisibleLines(output);
        await lines.WriteLineAsync($"{done.TextOf("file")} is in force.").ConfigureAwait(false);
        await WriteChangesAsync(done, lines).ConfigureAwait(false);
        return 0;
    }

    /// <summary>What a reload of the ProxyGuard that runs would change; it changes nothing.</summary>
    /// <param name="configFile">The file that was checked: the one that runs may have been started with another.</param>
    /// <returns>0: that is known; 2: it could not be asked, and why is said.</returns>
    public static async Task<int> CompareAsync(
        ManagementAccess access, string configFile, TextWriter output, TextWriter errors, CancellationToken stop)
    {
        (JsonElement? answer, string? failure) = await AskAsync(HttpMethod.Get, access, errors, stop).ConfigureAwait(false);
        if (answer is not { } compared)
        {
            await errors.WriteLineAsync(failure).ConfigureAwait(false);
            return NotDone;
        }

        await using var lines = new VisibleLines(output);
        if (compared.TextOf("file") is { } file && file != Path.GetFullPath(configFile))
            await lines.WriteLineAsync($"note  the ProxyGuard at {access.Url} reads {file}, not this file; what follows is about that one")
                .ConfigureAwait(false);
        foreach (JsonElement fault in compared.ItemsOf("faults"))
            await lines.WriteLineAsync($"FAIL  {fault.GetString()}").ConfigureAwait(false);
        await WriteChangesAsync(compared, lines).ConfigureAwait(false);
        return 0;
    }

    private static async Task<ManagementAnswer> AskAsync(
        HttpMethod method, ManagementAccess access, TextWriter errors, CancellationToken stop)
    {
        using var client = new ManagementClient(access);
        return client.TakeKey(errors) is { } refusal
            ? ManagementAnswer.Failed(refusal)
            : await client.AskAsync(method, Reload, null, stop).ConfigureAwait(false);
    }

    private static async Task WriteChangesAsync(JsonElement answer, TextWriter lines)
    {
        JsonElement[] changes = [.. answer.ItemsOf("changes")];
        if (changes.Length == 0)
            await lines.WriteLineAsync("Nothing is different from what was in force.").ConfigureAwait(false);
        foreach (JsonElement change in changes)
            await lines.WriteLineAsync($"{(change.TruthOf("needsRestart") == true ? "after a restart" : "at once        ")}  {TextOf(change)}")
                .ConfigureAwait(false);
    }

    private static string TextOf(JsonElement change) =>
        new OptionChange(change.TextOf("path") ?? "", change.TextOf("from"), change.TextOf("to"), NeedsRestart: false).ToString();
}
