using System.CommandLine;
using ProxyGuard.Core.Diagnosis;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Settings;
using ProxyGuard.Telling.Admin;
using ProxyGuard.Telling.Diagnosis;
using ProxyGuard.Telling.Reports;

namespace ProxyGuard.Commands;

/// <summary>
/// <c>ProxyGuard.dll doctor</c>: what is wrong with the databases, and what to do. Looks by itself, whether ProxyGuard runs or not, and
/// changes nothing.
/// </summary>
internal static class DoctorCommand
{
    private const int Warned = 1;
    private const int Ill = 2;

    // Long enough to see whether a queue grows or shrinks, short enough to wait for.
    private static readonly TimeSpan WatchFor = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan TickInterval = TimeSpan.FromSeconds(0.5);

    public static Command Create()
    {
        var doctor = new Command(
            "doctor",
            "Looks at the databases, says what is wrong and what to do, and changes nothing. Exit code 0: nothing is wrong, 1: warnings, 2: errors, 78: the configuration is wrong.")
        {
            CommonOptions.Config, CommonOptions.Secrets, CommonOptions.Language, CommonOptions.Output,
        };
        doctor.SetAction((arguments, stop) =>
            RunAsync(CommonOptions.SourceOf(arguments), CommonOptions.FormOf(arguments), stop));
        return doctor;
    }

    /// <returns>
    /// 0: nothing is wrong; 1: there are warnings, or members' writes are refused; 2: there are errors, or a server does not answer;
    /// 78: the configuration is wrong.
    /// </returns>
    public static async Task<int> RunAsync(ConfigurationSource source, ReportForm form, CancellationToken stop)
    {
        try
        {
            GuardSettings settings = (await source.ReadAsync().ConfigureAwait(false)).Settings;
            var visit = new FleetVisit(settings, new ProxyGuardEdges());
            SiteDiagnosis diagnosis = await visit.LookAsync(TickInterval, WatchFor, stop).ConfigureAwait(false);
            foreach (string why in visit.Unread)
                await Console.Error.WriteLineAsync(
                    $"Not read: {why} Whether somebody holds the site, and since when it is so, is not known; ask as the user that ProxyGuard runs as.").ConfigureAwait(false);
            Write(diagnosis, form);
            return ExitCodeOf(diagnosis);
        }
        catch (SettingsException e)
        {
            await Console.Error.WriteLineAsync(e.Message).ConfigureAwait(false);
            return ExitCode.Configuration;
        }
    }

    public static void Write(SiteDiagnosis diagnosis, ReportForm form)
    {
        if (form.IsJson)
            form.Output.WriteLine(AdminJson.Text(new DiagnosisJson(diagnosis, form.Language).Write));
        else
            new DiagnosisText(diagnosis, ReportConsole.On(form.Output, form.IsTerminal), form.Language).Write();
    }

    public static int ExitCodeOf(SiteDiagnosis diagnosis)
    {
        bool isAnyoneSilent = diagnosis.Fleet.Nodes.Any(node => node.Health == NodeHealth.Silent);
        if (isAnyoneSilent || diagnosis.Count(Severity.Error) > 0)
            return Ill;
        return diagnosis.Count(Severity.Warning) > 0 || diagnosis.View.Incident is not null ? Warned : 0;
    }
}
