using System.CommandLine;
using System.Net;
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
    private const int CannotStart = 1;

    public static Command Create()
    {
        var run = new Command("run", "Guards the site. The default.") { CommonOptions.Config };
        run.SetAction(RunAsync);
        return run;
    }

    public static Task<int> RunAsync(ParseResult arguments, CancellationToken stop) =>
        RunAsync(arguments.GetValue(CommonOptions.Config)!, stop);

    public static async Task<int> RunAsync(string configFile, CancellationToken stop)
    {
        InlineCompletions.Prefer();
        try
        {
            var source = new ConfigurationSource(configFile);
            CheckedConfiguration configuration = await source.ReadAsync().ConfigureAwait(false);
            WebApplication app = ProxyGuardApp.Build(configuration, new ProxyGuardEdges { Source = source });
            await using (app.ConfigureAwait(false))
            {
                await app.StartAsync(stop).ConfigureAwait(false);
                app.Services.GetRequiredService<InheritedSockets>().EnsureAllTaken();
                Tell(app, configuration.Settings);
                await app.WaitForShutdownAsync(stop).ConfigureAwait(false);
            }

            return 0;
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return CannotStart;
        }
        catch (IOException e)
        {
            // A port that is taken, a state directory that cannot be written: the message says which.
            await Console.Error.WriteLineAsync($"ProxyGuard cannot start: {e.Message}").ConfigureAwait(false);
            return CannotStart;
        }
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
