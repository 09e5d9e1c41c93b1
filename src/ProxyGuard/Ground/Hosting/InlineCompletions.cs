namespace ProxyGuard.Ground.Hosting;

/// <summary>
/// Lets sockets finish on the thread that hears of them instead of handing each event over. Measured on two cores: a fifth more requests a
/// second, and a fifth less processor time for each (tests/bench.sh has the rows). It is only safe because nothing on a request's way
/// blocks, and the probe loop leaves such a thread before it touches a disk.
/// </summary>
internal static class InlineCompletions
{
    private const string Name = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    /// <summary>
    /// To be called before the first socket is made: the runtime looks once. A variable that is set already stays as it is.
    /// </summary>
    public static void Prefer()
    {
        if (Environment.GetEnvironmentVariable(Name) is null)
            Environment.SetEnvironmentVariable(Name, "1");
    }
}
