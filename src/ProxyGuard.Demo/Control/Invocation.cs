namespace ProxyGuard.Demo.Control;

/// <summary>How the reader of our messages runs us.</summary>
internal static class Invocation
{
    /// <summary>A line to copy into a shell. The script that started us says how it was called itself.</summary>
    public static string Of(DemoDirectory directory, string command)
    {
        string program = Environment.GetEnvironmentVariable("PROXYGUARD_DEMO_COMMAND")
            ?? $"dotnet {Path.Combine(AppContext.BaseDirectory, "ProxyGuard.Demo.dll")}";
        string where = directory.Path == DemoDirectory.DefaultPath ? "" : $" --directory '{directory.Path}'";
        return $"{program} {command}{where}";
    }
}
