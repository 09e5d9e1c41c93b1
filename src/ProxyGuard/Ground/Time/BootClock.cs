using System.Globalization;

namespace ProxyGuard.Ground.Time;

/// <summary>
/// Which start of the machine this is, and how long ago it was: the one clock that two processes share and that cannot be set.
/// </summary>
/// <param name="Id">Another one after each start of the machine.</param>
internal sealed record BootId(string Id, TimeSpan Uptime);

/// <summary>
/// Reads it from the kernel (proc_uptime(5), random(4)). Where there is none, two runs of ProxyGuard only have the time of day in common.
/// </summary>
internal sealed class BootClock(string procDirectory)
{
    public static BootClock OfThisMachine { get; } = new("/proc");

    /// <summary>Knows no start of any machine; for tests with a clock of their own.</summary>
    public static BootClock None { get; } = new("/nonexistent");

    /// <summary>Null where the kernel does not tell.</summary>
    public BootId? Now()
    {
        try
        {
            string id = File.ReadAllText(Path.Combine(procDirectory, "sys/kernel/random/boot_id")).Trim();
            string uptime = File.ReadAllText(Path.Combine(procDirectory, "uptime")).Split(' ')[0];
            return double.TryParse(uptime, CultureInfo.InvariantCulture, out double seconds)
                ? new BootId(id, TimeSpan.FromSeconds(seconds))
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>
    /// How long ago something was written down. Across a start of the machine only the time of day can tell; when it says less than the
    /// machine has been up since, it was set back, and the answer is unknown.
    /// </summary>
    public TimeSpan? Since(BootId? writtenIn, DateTimeOffset writtenAt, DateTimeOffset utcNow)
    {
        BootId? here = Now();
        if (here is not null && writtenIn?.Id == here.Id)
            return here.Uptime - writtenIn.Uptime;
        TimeSpan byTimeOfDay = utcNow - writtenAt;
        return byTimeOfDay >= (here?.Uptime ?? TimeSpan.Zero) ? byTimeOfDay : null;
    }
}
