using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Tests.Conventions;

/// <summary>
/// The house: arrows between its floors go down only, and no rooms go round in circles. Counted in the compiled assemblies.
/// </summary>
public sealed class FloorTests
{
    // The product's sentence, from the top: it routes, tells, decides and sees, on some ground.
    private static readonly string[] Floors = ["Routing", "Telling", "Deciding", "Seeing", "Ground"];

    [Fact]
    public void Arrows_of_the_program_go_down_only() => Assert.Empty(Upward(Floors));

    [Fact]
    public void No_rooms_of_the_program_go_round_in_circles() => Assert.Empty(Circles(InRooms()));

    [Fact]
    public void No_rooms_of_Core_go_round_in_circles() =>
        Assert.Empty(Circles([.. CompiledArrows.Of(typeof(GuardView).Assembly).Select(InCore)]));

    [Fact]
    public void A_house_upside_down_would_be_noticed() => Assert.NotEmpty(Upward([.. Floors.Reverse()]));

    [Fact]
    public void A_circle_would_be_noticed() =>
        Assert.Equal(
            ["a -> b -> c -> a"],
            Circles([new("a", "A", "b", "B"), new("b", "B", "c", "C"), new("c", "C", "a", "A"), new("c", "C", "d", "D")]));

    /// <summary>With whatever stands outside all floors as the roof: it may use everything, and nothing may use it.</summary>
    private static IEnumerable<string> Upward(string[] floors) =>
        from arrow in InRooms()
        where HeightOf(arrow.FromNamespace, floors) < HeightOf(arrow.ToNamespace, floors)
        select arrow.ToString();

    private static int HeightOf(string room, string[] floors) =>
        Array.IndexOf(floors, room.Split('/')[0]) is >= 0 and var floor ? floors.Length - floor : floors.Length + 1;

    private static IReadOnlyList<Arrow> InRooms() => [.. CompiledArrows.Of(typeof(ProxyGuardApp).Assembly)
        .Select(arrow => arrow with { FromNamespace = RoomOf(arrow.FromNamespace, "ProxyGuard"),
            ToNamespace = RoomOf(arrow.ToNamespace, "ProxyGuard") })];

    private static Arrow InCore(Arrow arrow) =>
        arrow with
        {
            FromNamespace = RoomOf(arrow.FromNamespace, "ProxyGuard.Core"),
            ToNamespace = RoomOf(arrow.ToNamespace, "ProxyGuard.Core")
        };

    private static string RoomOf(string @namespace, string project) =>
        @namespace.Length > project.Length ? @namespace[(project.Length + 1)..].Replace('.', '/') : "(roof)";

    /// <summary>The shortest circle through each room that is in one, told from its first room on.</summary>
    private static IReadOnlyList<string> Circles(IReadOnlyList<Arrow> arrows)
    {
        ILookup<string, string> uses = arrows.Select(arrow => (arrow.FromNamespace, arrow.ToNamespace)).Distinct()
            .ToLookup(pair => pair.FromNamespace, pair => pair.ToNamespace);
        var circles = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string room in uses.Select(group => group.Key).Where(room => room is not ("(roof)" or "Commands")))
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
