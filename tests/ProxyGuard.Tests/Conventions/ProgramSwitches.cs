using System.Runtime.CompilerServices;

namespace ProxyGuard.Tests.Conventions;

internal static class ProgramSwitches
{
    /// <summary>
    /// What ProxyGuard.runtimeconfig.json switches on holds here too. The runtime reads this switch once, at the first gzip stream of the process:
    /// whichever test came first would decide for all of them.
    /// </summary>
    [ModuleInitializer]
    internal static void SetBeforeTheFirstTest() => AppContext.SetSwitch("System.IO.Compression.UseStrictValidation", true);
}
