using System.CommandLine;
using ProxyGuard.Demo.Control;

var directory = new Option<string>("--directory")
{
    Description = "Where the demo keeps its data and finds itself again; it belongs to the demo alone",
    DefaultValueFactory = _ => DemoDirectory.DefaultPath,
    Recursive = true,
};
var port = new Option<int>("--port") { Description = "The site, as members reach it through ProxyGuard", DefaultValueFactory = _ => 8080 };
var adminPort = new Option<int>("--admin-port") { Description = "ProxyGuard's management listener", DefaultValueFactory = _ => 8081 };
var firstPort = new Option<int>("--first-port")
{
    Description = "The first of six ports in a row: web1 to web3, db1 to db3",
    DefaultValueFactory = _ => 9001,
};
var members = new Option<int>("--members") { Description = "How many members browse and post", DefaultValueFactory = _ => 5 };
var countViews = new Option<bool>("--count-views") { Description = "Each look at a photo counts: a GET that writes" };
var dryRun = new Option<bool>("--dry-run") { Description = "ProxyGuard refuses nothing and tells what it would have refused" };
var proxyGuard = new Option<string>("--proxyguard")
{
    Description = "The path of ProxyGuard.dll; \"none\" does without, and the members go to web1",
    DefaultValueFactory = _ => DemoSettings.ProxyGuardNextToUs,
};

var run = new Command("run", "Start the fleet, the site, ProxyGuard and the members; runs until Ctrl-C or stop")
{
    port, adminPort, firstPort, members, proxyGuard, countViews, dryRun,
};
run.SetAction(parsed => Demo.RunAsync(
    new DemoSettings
    {
        Directory = Path.GetFullPath(parsed.GetRequiredValue(directory)),
        Port = parsed.GetValue(port),
        AdminPort = parsed.GetValue(adminPort),
        FirstPort = parsed.GetValue(firstPort),
        Members = parsed.GetValue(members),
        ProxyGuard = parsed.GetRequiredValue(proxyGuard),
        CountsViews = parsed.GetValue(countViews),
        IsDryRun = parsed.GetValue(dryRun),
    },
    Console.Out,
    Console.Error));

var fault = new Argument<string>("fault") { Description = string.Join(" | ", Fault.All.Select(known => known.Name)) };
fault.AcceptOnlyFromAmong([.. Fault.All.Select(known => known.Name)]);
var breakIt = new Command("break", "Break the fleet for real") { fault };
breakIt.SetAction(parsed => AskAsync(parsed, $"break/{parsed.GetRequiredValue(fault)}"));
var mend = new Command("mend", "Undo everything that was broken");
mend.SetAction(parsed => AskAsync(parsed, "mend"));
var stop = new Command("stop", "End the demo and everything it started");
stop.SetAction(parsed => AskAsync(parsed, "stop"));

var root = new RootCommand("A photo site on a real MariaDB fleet behind ProxyGuard, and a way to break and mend it.")
{
    directory, run, breakIt, mend, stop,
};
// Of ProxyGuard itself, asking the one of the demo; what they take besides, they know themselves.
root.Subcommands.Add(Forwarded("status", "How the site is, as ProxyGuard sees it"));
root.Subcommands.Add(Forwarded("hold", "Hold the site: read-only, maintenance or open"));
root.Subcommands.Add(Forwarded("release", "Release the hold"));
root.Subcommands.Add(Forwarded("audit", "Who changed what, and when"));

// The run command has its own way to end at a signal, and it takes longer than the two seconds that would be given here.
return await root.Parse(args).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });

Task<int> AskAsync(ParseResult parsed, string what) =>
    RunningDemo.AskAsync(new DemoDirectory(Path.GetFullPath(parsed.GetRequiredValue(directory))), what, Console.Out, Console.Error);

Command Forwarded(string name, string does)
{
    var command = new Command(name, does) { TreatUnmatchedTokensAsErrors = false };
    command.SetAction(parsed => ProxyGuardProcess.CommandAsync(
        new DemoDirectory(Path.GetFullPath(parsed.GetRequiredValue(directory))), [name, .. parsed.UnmatchedTokens], Console.Error));
    return command;
}
