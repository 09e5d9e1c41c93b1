namespace ProxyGuard.Ground.Settings;

/// <summary>One thing that is wrong with the configuration, said so that it can be mended: what, where, and what is allowed.</summary>
/// <param name="Path">Such as "ProxyGuard:Probe:Interval".</param>
/// <param name="Problem">Such as "is 5 but must be a time such as 00:00:00.500, from … to …".</param>
internal sealed record ConfigurationError(string Path, string Problem)
{
    /// <summary>
    /// Whether it may be meant. Then ProxyGuard starts all the same: <c>check</c> tells it as a note, the log at the start.
    /// </summary>
    public bool IsNote { get; init; }

    public override string ToString() => $"{Path} {Problem}.";
}

/// <summary>The configuration cannot be used; the message lists everything that is wrong with it, and after that what may be.</summary>
internal sealed class SettingsException : Exception
{
    /// <param name="found">Faults, at least one, and notes.</param>
    public SettingsException(IReadOnlyList<ConfigurationError> found)
        : base(Describe(found)) => Faults = [.. found.Where(one => !one.IsNote)];

    /// <summary>Without the notes.</summary>
    public IReadOnlyList<ConfigurationError> Faults { get; }

    private static string Describe(IReadOnlyList<ConfigurationError> found)
    {
        int faults = found.Count(one => !one.IsNote);
        IEnumerable<string> lines = [
            $"The configuration has {(faults == 1 ? "1 fault" : $"{faults} faults")}:",
            .. found.Where(one => !one.IsNote).Select(fault => $"  {fault}"),
            .. found.Where(one => one.IsNote).Select(note => $"  Besides, {note}"),
        ];
        return string.Join(Environment.NewLine, lines);
    }
}
