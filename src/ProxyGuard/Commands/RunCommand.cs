using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using ProxyGuard.Ground.Hosting;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll run</c>: guards the site until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var run = new Command("run", "Guards the site. The default. Exit code 1: it cannot start now, 78: the configuration is wrong.")
        {
            CommonOptions.Config, CommonOptions.Secrets,
        };
        run.SetAction(RunAsync);
        return run;
    }

    public static Task<int> RunAsync(ParseResult arguments, CancellationToken stop) =>
        RunAsync(CommonOptions.SourceOf(arguments), stop);

    public static async Task<int> RunAsync(ConfigurationSource source, CancellationToken stop)
    {
        InlineCompletions.Prefer();
        using var hangup = new HangupSignal();
        try
        {
            CheckedConfiguration configuration = await source.ReadAsync().ConfigureAwait(false);
            if (ListenCheck.Problems(configuration.Settings) is { Length: > 0 } problems)
                return await RefuseAsync(problems).ConfigureAwait(false);
            WebApplication app = ProxyGuardApp.Build(configuration, new ProxyGuardEdges { Source = source, Hangup = hangup });
            await using (app.ConfigureAwait(false))
            {
                await app.StartAsync(stop).ConfigureAwait(false);
                app.Services.GetRequiredService<InheritedSockets>().EnsureAllTaken();
                Tell(app, configuration.Settings);
                await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
                // A part that failed has ended the host: a service manager must start it again.
                return HasFailed(app) ? ExitCode.Failed : ExitCode.Well;
            }
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Configuration;
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // A state directory that cannot be written, a port that was taken just now: the message says which.
            await Console.Error.WriteLineAsync($"ProxyGuard cannot start: {e.Message}").ConfigureAwait(false);
            return ExitCode.Failed;
        }
    }

    private static bool HasFailed(WebApplication app) =>
        app.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(part => part.ExecuteTask is { IsFaulted: true });

    private static async Task<int> RefuseAsync(IReadOnlyList<ListenProblem> problems)
    {
        foreach (ListenProblem one in problems)
            await Console.Error.WriteLineAsync($"ProxyGuard cannot start: {one.Problem}.").ConfigureAwait(false);
        // Another program may end, an address may come with its network; a right does not come by itself.
        return problems.Any(one => one.IsLasting) ? ExitCode.Configuration : ExitCode.Failed;
    }

    private static void Tell(WebApplication app, GuardSettings settings)
    {
        ICollection<string> addresses = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        string management = $"http://{settings.Admin.Listen}";
        app.Logger.Started(
            settings.Rules.Site.Name, string.Join(", ", addresses.Where(address => address != management)), management,
            settings.StateDirectory);
        if (!IPAddress.IsLoopback(settings.Admin.Listen.Address))
            app.Logger.ManagementIsExposed(management);
        foreach (string remark in app.Services.GetRequiredService<StateDirectory>().Remarks)
            app.Logger.StateRemark(remark);
        foreach (ConfigurationError note in settings.Notes)
            app.Logger.ConfigurationNoted(note.Path, note.Problem);
        if (RuntimeLevel.Warning(Environment.Version) is { } old)
            app.Logger.RuntimeIsOld(old);
    }
}
