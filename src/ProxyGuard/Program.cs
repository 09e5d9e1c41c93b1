using System.CommandLine;
using ProxyGuard.Commands;
using ProxyGuard.Ground.Texts;

var config =
    new Option<string>("--config")
    {
        Description = "The configuration file (JSON; environment variables override it).",
        DefaultValueFactory = _ => "config/proxyguard.json"
    };
var name = new Argument<string>("NAME") { Description = "Who will use the key; it appears in the audit file." };

var run = new Command("run", "Guards the site. The default.") { config };
run.SetAction((arguments, stop) => RunCommand.RunAsync(arguments.GetValue(config)!, stop));

var check = new Command(
    "check",
    "Checks configuration, connections and grants, and changes nothing. Exit code 0: all is well, 1: something is wrong.") { config };
check.SetAction((arguments, stop) => CheckCommand.RunAsync(arguments.GetValue(config)!, Console.Out, stop));

Option<string?> lang = new("--lang") { Description = "The language of the report; without it, as the terminal speaks." };
lang.AcceptOnlyFromAmong([.. Wording.Languages]);
Option<string> output = new("--output") { Description = "text for people, json for programs.", DefaultValueFactory = _ => "text" };
output.AcceptOnlyFromAmong("text", "json");

var doctor = new Command(
    "doctor",
    "Looks at the databases, says what is wrong and what to do, and changes nothing. Exit code 0: nothing is wrong, 1: warnings, 2: errors.") { config, lang, output };
doctor.SetAction((arguments, stop) => DoctorCommand.RunAsync(arguments.GetValue(config)!, FormOf(arguments), stop));

var number = new Argument<int>("NUMBER") { Description = "The error's number, such as 1062, from Last_SQL_Errno or Last_IO_Errno." };
Option<string?> server = new("--server") { Description = "Whose commands to show, such as \"MySQL 5.6.24\" or \"MariaDB 10.11\"." };
var gtid = new Option<bool>("--gtid") { Description = "The replica finds its place by GTID." };
Option<string?> text =
    new("--text") { Description = "The error's text, from Last_SQL_Error or Last_IO_Error; it tells causes with the same number apart." };
var explain = new Command(
    "explain",
    "Explains an error of replication, without asking any server. Exit code 1: it is unknown.") { number, text, server, gtid, lang,
        output };
explain.SetAction(
    arguments => ExplainCommand.Run(
        new ErrorQuestion(arguments.GetValue(number), arguments.GetValue(text), arguments.GetValue(server), arguments.GetValue(gtid)),
            FormOf(arguments)));

var key = new Command("key", "Makes a key for the management API and prints it once.") { name };
key.SetAction(arguments => KeyCommand.Run(arguments.GetValue(name)!, Console.Out));

var root = new RootCommand(
    "ProxyGuard sees when a replica no longer follows, routes reads to those that do, and tells members the truth.") { run, check, doctor,
        explain, key, config };
root.SetAction((arguments, stop) => RunCommand.RunAsync(arguments.GetValue(config)!, stop));
// The host knows when it is done; by default the process would be ended two seconds after the signal, whatever is under way.
var patient = new InvocationConfiguration { ProcessTerminationTimeout = null };
return await root.Parse(args).InvokeAsync(patient).ConfigureAwait(false);

ReportForm FormOf(ParseResult arguments) => ReportForm.OfConsole(arguments.GetValue(lang), isJson: arguments.GetValue(output) == "json");
