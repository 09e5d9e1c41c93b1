using System.Collections.Frozen;
using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// The databases that the site's pages read and write, and that its connections name as their default (USE): what replication must not
/// leave out.
/// </summary>
/// <param name="Names">Empty: every database but the servers' own.</param>
public sealed record SiteDatabases(ImmutableArray<string> Names)
{
    private static readonly FrozenSet<string> System =
        FrozenSet.Create(StringComparer.OrdinalIgnoreCase, "mysql", "sys", "information_schema", "performance_schema");

    /// <summary>Every database but the servers' own.</summary>
    public static SiteDatabases AllButSystem { get; } = new([]);

    /// <summary>
    /// Whether a database of that name is, or may be, one of the site's. Servers differ in whether case tells names apart: here it does
    /// not.
    /// </summary>
    internal bool MayHold(string database) =>
        Names.IsEmpty ? !System.Contains(database) : Names.Contains(database, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// Whether each of the site's databases is one for which <paramref name="isIn"/> holds. Never of all but the servers' own: those cannot
    /// be listed.
    /// </summary>
    internal bool AreAll(Func<string, bool> isIn) => !Names.IsEmpty && Names.All(isIn);

    /// <summary>
    /// Whether one of the site's databases fits; of all but the servers' own, whether <paramref name="pattern"/> means anything but one of
    /// those.
    /// </summary>
    internal bool MayHoldAny(TablePattern pattern) =>
        Names.IsEmpty ? !System.Contains(pattern.DatabaseAsWritten) : Names.Any(pattern.MayMatchIn);
}
