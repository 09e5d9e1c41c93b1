namespace ProxyGuard.Tests.Conventions;

/// <summary>
/// The house: arrows between its floors go down only, and no rooms go round in circles. Counted in the compiled assemblies.
/// </summary>
public sealed class FloorTests
{
    [Fact]
    public void Dependencies_of_the_program_only_point_down() => Assert.Empty(Upward([.. House.Floors]));

    [Fact]
    public void Namespaces_of_the_program_have_no_dependency_cycles() => Assert.Empty(Circles(House.Program));

    [Fact]
    public void Namespaces_of_Core_have_no_dependency_cycles() => Assert.Empty(Circles(House.Core));

    [Fact]
    public void Upward_dependencies_are_detected() => Assert.NotEmpty(Upward([.. House.Floors.Reverse()]));

    [Fact]
    public void A_dependency_cycle_is_detected() =>
        Assert.Equal(
            ["a -> b -> c -> a"],
            Circles([new("a", "A", "b", "B"), new("b", "B", "c", "C"), new("c", "C", "a", "A"), new("c", "C", "d", "D")]));

    private static IEnumerable<string> Upward(string[] floors) =>
        from arrow in House.Program
        where HeightOf(arrow.FromNamespace, floors) < HeightOf(arrow.ToNamespace, floors)
        select arrow.ToString();

    private static int HeightOf(string room, string[] floors) =>
        Array.IndexOf(floors, room.Split('/')[0]) is >= 0 and var floor ? floors.Length - floor : floors.Length + 1;

    /// <summary>The shortest circle through each room that is in one, told from its first room on.</summary>
    private static IReadOnlyList<string> Circles(IReadOnlyList<Arrow> arrows)
    {
        ILookup<string, string> uses = arrows.Select(arrow => (arrow.FromNamespace, arrow.ToNamespace)).Distinct()
            .ToLookup(pair => pair.FromNamespace, pair => pair.ToNamespace);
        var circles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string room in uses.Select(group => group.Key).Where(room => !House.IsRoof(room)))
        {
            if (ShortestBack(room, uses) is { } circle && circle.Min(StringComparer.Ordinal) == room)
                circles.Add(string.Join(" -> ", circle));
        }

        return [.. circles];
    }

    private static List<string>? ShortestBack(string start, ILookup<string, string> uses)
    {
        var seen = new HashSet<string>();
        var ways = new Queue<List<string>>([[start]]);
        while (ways.TryDequeue(out List<string>? way))
        {
            foreach (string next in uses[way[^1]])
            {
                if (next == start)
                    return [.. way, start];
                if (seen.Add(next))
                    ways.Enqueue([.. way, next]);
            }
        }

        return null;
    }
}
