using System.Text;

namespace ProxyGuard.Tests.Conventions;

/// <summary>
/// The house as a Mermaid flowchart. An arrow that follows from others is left out: with all of them, nobody would see anything.
/// </summary>
internal static class ArchitecturePicture
{
    private const string Core = "Core";

    /// <summary>With a line break at its end. The same assemblies give the same text.</summary>
    public static string Draw(IReadOnlyList<Arrow> program, IReadOnlyList<Arrow> core)
    {
        var picture = new StringBuilder("```mermaid\nflowchart TB\n");
        foreach (string floor in House.Floors)
            Draw(picture, floor, House.ProgramRooms.Where(room => room.StartsWith($"{floor}/", StringComparison.Ordinal)));
        Draw(picture, Core, House.CoreRooms.Select(room => $"{Core}/{room}"));
        Draw(picture, Needed(Uses(program)), "");
        Draw(picture, Needed(Uses(core)), $"{Core}/");
        // An invisible line keeps the floors above each other. Not counted: rooms of every floor use Core, and which uses which would be a
        // second picture.
        return picture.Append("  ").AppendJoin(" ~~~ ", House.Floors).Append("\n  ").Append(House.Floors[^1]).Append(" --> ").Append(Core)
            .Append("\n```\n").ToString();
    }

    /// <summary>What each room uses, without what it uses through another one anyway; in the order of <paramref name="uses"/>.</summary>
    public static IEnumerable<(string From, string To)> Needed(ILookup<string, string> uses) =>
        from room in uses
        from used in room
        where !room.Any(other => other != used && Reaches(uses, other, used))
        select (room.Key, used);

    private static bool Reaches(ILookup<string, string> uses, string from, string to)
    {
        // A circle is another test's failure; this one only has to end.
        var seen = new HashSet<string>([from]);
        var rooms = new Queue<string>([from]);
        while (rooms.TryDequeue(out string? room))
        {
            foreach (string next in uses[room].Where(seen.Add))
                rooms.Enqueue(next);
        }

        return seen.Contains(to);
    }

    private static ILookup<string, string> Uses(IEnumerable<Arrow> arrows) =>
        arrows.Where(arrow => !House.IsRoof(arrow.FromNamespace)).Select(arrow => (arrow.FromNamespace, arrow.ToNamespace)).Distinct()
            .ToLookup(pair => pair.FromNamespace, pair => pair.ToNamespace);

    private static void Draw(StringBuilder picture, string floor, IEnumerable<string> rooms)
    {
        picture.Append("  subgraph ").Append(floor).Append('\n');
        foreach (string room in rooms)
            picture.Append("    ").Append(IdOf(room)).Append("[\"").Append(room.AsSpan(floor.Length + 1)).Append("\"]\n");
        picture.Append("  end\n");
    }

    private static void Draw(StringBuilder picture, IEnumerable<(string From, string To)> arrows, string prefix)
    {
        foreach ((string from, string to) in arrows)
            picture.Append("  ").Append(IdOf(prefix + from)).Append(" --> ").Append(IdOf(prefix + to)).Append('\n');
    }

    private static string IdOf(string room) => room.Replace('/', '_');
}
