using System.CommandLine;
using ProxyGuard.Commands;

var root = new RootCommand("ProxyGuard sees when a replica no longer follows, routes reads to those that do, and tells members the truth.")
{
    RunCommand.Create(), CheckCommand.Create(), DoctorCommand.Create(), ExplainCommand.Create(),
    StatusCommand.Create(), HoldCommand.Create(), ReleaseCommand.Create(), AuditCommand.Create(), HealthCommand.Create(),
    ReloadCommand.Create(), KeyCommand.Create(),
    CommonOptions.Config, CommonOptions.Secrets,
};
root.SetAction(RunCommand.RunAsync);
// The host knows when it is done; by default the process would be ended two seconds after the signal, whatever is under way.
var patient = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await root.Parse(args).InvokeAsync(patient).ConfigureAwait(false);
