using System.CommandLine;
using ProxyGuard.Commands;

var config = new Option<string>("--config") { Description = "The configuration file (JSON; environment variables override it).", DefaultValueFactory = _ => "config/proxyguard.json" };
var name = new Argument<string>("NAME") { Description = "Who will use the key; it appears in the audit file." };

var run = new Command("run", "Guards the site. The default.") { config };
run.SetAction((arguments, stop) => RunCommand.RunAsync(arguments.GetValue(config)!, stop));

var check = new Command("check", "Checks configuration, connections and grants, and changes nothing. Exit code 0: all is well, 1: something is wrong.") { config };
check.SetAction((arguments, stop) => CheckCommand.RunAsync(arguments.GetValue(config)!, Console.Out, stop));

var key = new Command("key", "Makes a key for the management API and prints it once.") { name };
key.SetAction(arguments => KeyCommand.Run(arguments.GetValue(name)!, Console.Out));

var root = new RootCommand("ProxyGuard sees when a replica no longer follows, routes reads to those that do, and tells members the truth.") { run, check, key, config };
root.SetAction((arguments, stop) => RunCommand.RunAsync(arguments.GetValue(config)!, stop));
return await root.Parse(args).InvokeAsync().ConfigureAwait(false);
