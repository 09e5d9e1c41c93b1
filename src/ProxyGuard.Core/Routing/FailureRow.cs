using System.Collections.Immutable;

namespace ProxyGuard.Core.Routing;

/// <summary>
/// Requests that a web server left without an answer, one after the other and with no member answered in between, though it answers our
/// own question. One address of the site, or one member, can bring that about; several members at several addresses cannot all be to blame.
/// </summary>
/// <param name="Paths">Hashes of the requests' paths.</param>
/// <param name="Members">Hashes of the members' network addresses.</param>
public sealed record FailureRow(ImmutableHashSet<int> Paths, ImmutableHashSet<int> Members)
{
    private const int Enough = 3;

    /// <summary>None yet.</summary>
    public static FailureRow Empty { get; } = new([], []);

    /// <summary>Whether it is the web server that fails.</summary>
    public bool IsOfTheServer => Paths.Count >= Enough && Members.Count >= Enough;

    /// <summary>With one more. Whatever comes beyond what is enough is not kept.</summary>
    /// <param name="member">Null where an address says nothing about the client: then it counts for no member.</param>
    public FailureRow With(int path, int? member) => new(
        Paths.Count < Enough ? Paths.Add(path) : Paths,
        member is { } who && Members.Count < Enough ? Members.Add(who) : Members);
}
