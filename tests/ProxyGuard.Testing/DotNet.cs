using System.Runtime.InteropServices;

namespace ProxyGuard.Testing;

/// <summary>How our own programs are started.</summary>
internal static class DotNet
{
    // The one that runs us: it need not be on the PATH.
    private static readonly string Host = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../../dotnet"));

    /// <param name="program">A file beside the tests, such as <c>ProxyGuard.dll</c>.</param>
    public static string[] Running(string program, params string[] arguments) =>
        [Host, Path.Combine(AppContext.BaseDirectory, program), .. arguments];
}
