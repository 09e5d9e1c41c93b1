using System.CommandLine;
using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll key NAME</c>: a new key in a file of its own, and the line of configuration that accepts it.</summary>
internal static class KeyCommand
{
    private const int NotWritten = 2;

    public static Command Create()
    {
        var name = new Argument<string>("NAME") { Description = "Who will use the key; it appears in the audit file." };
        var right = new Option<string>("--right")
        {
            Description = "view: may look; operate: may also set and release holds.",
            DefaultValueFactory = _ => AdminKeysReader.NameOf(KeyRight.Operate),
        };
        right.AcceptOnlyFromAmong([.. Enum.GetValues<KeyRight>().Select(AdminKeysReader.NameOf)]);
        var file = new Option<string?>("--file")
        {
            Description = $"Writes the key there, readable for you alone; a file that is there is not replaced. Such as {KeyFile.DefaultPath}, where the other commands look.",
        };
        var key = new Command("key", "Makes a key for the management API: into a file with --file, else it is printed once.") { name, right, file };
        key.SetAction(arguments => Run(
            arguments.GetValue(name)!, arguments.GetValue(right) == "view" ? KeyRight.View : KeyRight.Operate, arguments.GetValue(file),
            Console.Out, Console.Error));
        return key;
    }

    /// <param name="file">Where the key goes; null: it is printed.</param>
    /// <returns>0; 2 when the file could not be written, and why is said.</returns>
    public static int Run(string name, KeyRight right, string? file, TextWriter output, TextWriter errors)
    {
        string key = AdminKey.Create();
        if (file is not null && new KeyFile(file).Write(key) is { } failure)
        {
            errors.WriteLine(failure);
            return NotWritten;
        }

        if (file is null)
        {
            output.WriteLine($"Key of {name}; it is shown only now, keep it where only {name} can read it:");
            output.WriteLine();
            output.WriteLine($"  {key}");
        }
        else
        {
            output.WriteLine($"The key of {name} is in {file}, which only you can read.");
        }

        output.WriteLine();
        output.WriteLine("Put this into the configuration, which needs no secret, and reload it (systemctl reload proxyguard, or SIGHUP).");
        output.WriteLine("Where it has these sections already, only the innermost pair goes into them:");
        output.WriteLine();
        output.WriteLine($"  \"ProxyGuard\": {{ \"Admin\": {{ \"Keys\": {{ \"{name}\": {Configured(key, right)} }} }} }}");
        output.WriteLine();
        output.WriteLine("Try it:");
        output.WriteLine();
        output.WriteLine(file is null
            ? $"  curl -H 'Authorization: Bearer {key}' http://127.0.0.1:8081/api/v1/fleet"
            : $"  dotnet {Path.Combine(AppContext.BaseDirectory, "ProxyGuard.dll")} status --key-file {file}");
        return 0;
    }

    private static string Configured(string key, KeyRight right) => right == KeyRight.Operate
        ? $"\"{AdminKey.Configured(key)}\""
        : $"{{ \"Key\": \"{AdminKey.Configured(key)}\", \"Right\": \"{AdminKeysReader.NameOf(right)}\" }}";
}
