using System.CommandLine;
using ProxyGuard.Benchmarks;
using ProxyGuard.Benchmarks.Comparison;
using ProxyGuard.Benchmarks.Estimates;
using ProxyGuard.Benchmarks.Hardness;
using ProxyGuard.Benchmarks.Probing;
using ProxyGuard.Benchmarks.ReadPort;
using ProxyGuard.Benchmarks.Traffic;
using ProxyGuard.Core.Tests.Guarding;
using ProxyGuard.Core.Tests.Replication;
using ProxyGuard.Demo.Fleet;

var port = new Option<int>("--port") { Description = "Where it listens on loopback.", Required = true };
var destination = new Option<string[]>("--destination") { Description = "A web server's address; may be repeated.", Required = true };
var yarp = new Command(
    "yarp", "The proxy that ProxyGuard is compared with: YARP and nothing else. Runs until it is told to stop.") { port, destination };
yarp.SetAction((arguments, stop) => BareYarp.RunAsync(arguments.GetValue(port), arguments.GetRequiredValue(destination), stop));

var proxyGuard = new Option<string>("--proxyguard") { Description = "The path of ProxyGuard.dll.", Required = true };
var directory =
    new Option<string>("--directory") { Description = "An empty directory for data and logs; the caller removes it.", Required = true };
var quick = new Option<bool>("--quick") { Description = "Fewer and shorter rounds, without the rows on inline completions." };
var unpinned = new Option<bool>("--unpinned") { Description = "Every process may use every core." };
var compare = new Command("compare", "Measures ProxyGuard against bare YARP and nginx, and the cost of one verdict; prints one table.")
{
    proxyGuard, directory, quick, unpinned,
};
compare.SetAction((arguments, stop) => ComparisonRun.RunAsync(
    new ComparisonSettings
    {
        ProxyGuard = Path.GetFullPath(arguments.GetRequiredValue(proxyGuard)),
        Directory = Path.GetFullPath(arguments.GetRequiredValue(directory)),
        Pace = arguments.GetValue(quick) ? Pace.Quick : Pace.Thorough,
        IsPinned = !arguments.GetValue(unpinned),
    },
    Console.Out,
    Console.Error,
    stop));

var scenario =
    new Option<string>("--scenario")
    {
        Description = $"One of {string.Join(", ", RecordedScenario.All.Select(one => one.Name))}.",
        Required = true
    };
var kind =
    new Option<string>("--kind")
    {
        Description = $"One of {string.Join(", ", ServerKind.All.Select(one => one.ShortName))}.",
        Required = true
    };
kind.AcceptOnlyFromAmong([.. ServerKind.All.Select(one => one.ShortName)]);
var recordingFile = new Option<string>("--file") { Description = "The recording to write, as JSON.", Required = true };
var disturbed =
    new Option<bool>("--disturbed") { Description = "Other programs may keep the replica from a processor; without it, it comes first, which takes root." };
var recordCatchUp = new Command(
    "record-catch-up",
    "Makes a backlog on a real replica and records how it catches up.") { kind, scenario, disturbed, directory, recordingFile };
scenario.AcceptOnlyFromAmong([.. RecordedScenario.All.Select(one => one.Name)]);
recordCatchUp.SetAction(async (arguments, stop) =>
{
    RecordedScenario chosen = RecordedScenario.All.First(one => one.Name == arguments.GetRequiredValue(scenario));
    ServerKind server = ServerKind.All.First(one => one.ShortName == arguments.GetRequiredValue(kind));
    CatchUpRecording recording = await CatchUpRecorder.RunAsync(
        chosen, server, arguments.GetValue(disturbed), Path.GetFullPath(arguments.GetRequiredValue(directory)), stop);
    await File.WriteAllTextAsync(arguments.GetRequiredValue(recordingFile), recording.ToJson(), stop);
});

var countViews = new Option<bool>("--count-views") { Description = "Each look at a photo is written down: a GET that writes." };
var minutes = new Option<int>("--minutes") { Description = "How long it takes.", DefaultValueFactory = _ => 20 };
var recordTraffic = new Command(
    "record-traffic", "Records ordinary traffic on a real primary, with what its binlog grew by.") { countViews, minutes, directory, recordingFile };
recordTraffic.SetAction(async (arguments, stop) =>
{
    TrafficRecording recording = await TrafficRecorder.RunAsync(
        arguments.GetValue(countViews), TimeSpan.FromMinutes(arguments.GetValue(minutes)),
        Path.GetFullPath(arguments.GetRequiredValue(directory)), stop);
    await File.WriteAllTextAsync(arguments.GetRequiredValue(recordingFile), recording.ToJson(), stop);
});

var recordings =
    new Option<string[]>("--recordings")
    {
        Description = "Directories of recordings; those that are not there are left out.",
        Required = true
    };
var estimates = new Command("estimates", "Judges the catch-up estimate on recordings; prints one table.") { recordings };
estimates.SetAction(arguments => Console.Write(EstimatesTable.Of(arguments.GetRequiredValue(recordings))));

var probing = new Command("probing", "Measures what asking ten nodes twice a second costs; prints four lines.") { directory, quick };
probing.SetAction((arguments, stop) => ProbingRun.RunAsync(
    Path.Combine(Path.GetFullPath(arguments.GetRequiredValue(directory)), "probing"),
    TimeSpan.FromSeconds(arguments.GetValue(quick) ? 20 : 60),
    Console.Out,
    stop));

var slowSenders = new Command(
    "slow-senders",
    "Measures normal requests with and without thousands of connections that do nothing or dribble; prints one table.") { quick };
slowSenders.SetAction((arguments, stop) => SlowSendersRun.RunAsync(arguments.GetValue(quick), Console.Out, stop));

var largeBodies = new Command(
    "large-bodies", "Measures the memory that a download and an upload of 1 GB take; prints two lines.") { quick };
largeBodies.SetAction((arguments, stop) => LargeBodiesRun.RunAsync(arguments.GetValue(quick), Console.Out, stop));

var readPort = new Command(
    "read-port",
    "Measures the read port against a direct connection and HAProxy's TCP mode; prints one table.") { proxyGuard, directory, quick,
        unpinned };
readPort.SetAction((arguments, stop) => ReadPortRun.RunAsync(
    Path.Combine(Path.GetFullPath(arguments.GetRequiredValue(directory)), "read-port"),
    Path.GetFullPath(arguments.GetRequiredValue(proxyGuard)),
    arguments.GetValue(quick) ? Pace.Quick : Pace.Thorough,
    isPinned: !arguments.GetValue(unpinned),
    Console.Out,
    Console.Error,
    stop));

return await new RootCommand(
    "Measures what ProxyGuard costs; see tests/bench.sh.") { yarp, compare, probing, readPort, slowSenders, largeBodies, recordCatchUp, recordTraffic,
        estimates }.Parse(args).InvokeAsync();
