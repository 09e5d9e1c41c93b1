using System.CommandLine;
using ProxyGuard.Benchmarks;
using ProxyGuard.Benchmarks.Comparison;
using ProxyGuard.Benchmarks.Probing;

var port = new Option<int>("--port") { Description = "Where it listens on loopback.", Required = true };
var destination = new Option<string[]>("--destination") { Description = "A web server's address; may be repeated.", Required = true };
var yarp = new Command("yarp", "The proxy that ProxyGuard is compared with: YARP and nothing else. Runs until it is told to stop.") { port, destination };
yarp.SetAction((arguments, stop) => BareYarp.RunAsync(arguments.GetValue(port), arguments.GetRequiredValue(destination), stop));

var proxyGuard = new Option<string>("--proxyguard") { Description = "The path of ProxyGuard.dll.", Required = true };
var directory = new Option<string>("--directory") { Description = "An empty directory for data and logs; the caller removes it.", Required = true };
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

var probing = new Command("probing", "Measures what asking ten nodes twice a second costs; prints four lines.") { directory, quick };
probing.SetAction((arguments, stop) => ProbingRun.RunAsync(
    Path.Combine(Path.GetFullPath(arguments.GetRequiredValue(directory)), "probing"),
    TimeSpan.FromSeconds(arguments.GetValue(quick) ? 20 : 60),
    Console.Out,
    stop));

return await new RootCommand("Measures what ProxyGuard costs; see tests/bench.sh.") { yarp, compare, probing }.Parse(args).InvokeAsync();
