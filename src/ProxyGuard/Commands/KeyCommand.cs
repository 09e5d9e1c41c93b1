using ProxyGuard.Ground.Settings;

namespace ProxyGuard.Commands;

/// <summary><c>ProxyGuard.dll key NAME</c>: a new key, and the line of configuration that accepts it.</summary>
internal static class KeyCommand
{
    public static int Run(string name, TextWriter output)
    {
        string key = AdminKey.Create();
        output.WriteLine($"Key of {name}; it is shown only now, keep it where only {name} can read it:");
        output.WriteLine();
        output.WriteLine($"  {key}");
        output.WriteLine();
        output.WriteLine("Put this into the configuration, which needs no secret, and restart ProxyGuard:");
        output.WriteLine();
        output.WriteLine($"  \"ProxyGuard\": {{ \"Admin\": {{ \"Keys\": {{ \"{name}\": \"{AdminKey.Configured(key)}\" }} }} }}");
        output.WriteLine();
        output.WriteLine("Try it:");
        output.WriteLine();
        output.WriteLine($"  curl -H 'Authorization: Bearer {key}' http://127.0.0.1:8081/api/v1/fleet");
        return 0;
    }
}
