using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Tests.Conventions;

/// <summary>Floors and rooms: what the namespaces of the compiled assemblies say, with the arrows between them.</summary>
internal static class House
{
    /// <summary>What stands outside all floors: it may use everything, and nothing may use it.</summary>
    public const string Roof = "(roof)";

    /// <summary>The product's sentence, from the top: it routes, tells, decides and sees, on some ground.</summary>
    public static IReadOnlyList<string> Floors { get; } = ["Routing", "Telling", "Deciding", "Seeing", "Ground"];

    /// <summary>Of the program; a room is "Seeing/Probing".</summary>
    public static IReadOnlyList<Arrow> Program { get; } =
        [.. CompiledArrows.Of(typeof(ProxyGuardApp).Assembly).Select(arrow => InRooms(arrow, "ProxyGuard"))];

    /// <summary>Of Core, which has rooms and no floors.</summary>
    public static IReadOnlyList<Arrow> Core { get; } =
        [.. CompiledArrows.Of(typeof(GuardView).Assembly).Select(arrow => InRooms(arrow, "ProxyGuard.Core"))];

    /// <summary>Every room of the program below the roof, whether anything uses it or not.</summary>
    public static IReadOnlyList<string> ProgramRooms { get; } = RoomsOf(typeof(ProxyGuardApp).Assembly, "ProxyGuard");

    public static IReadOnlyList<string> CoreRooms { get; } = RoomsOf(typeof(GuardView).Assembly, "ProxyGuard.Core");

    /// <summary>"Commands" stands beside the composition.</summary>
    public static bool IsRoof(string room) => room is Roof or "Commands";

    private static Arrow InRooms(Arrow arrow, string project) =>
        arrow with { FromNamespace = RoomOf(arrow.FromNamespace, project), ToNamespace = RoomOf(arrow.ToNamespace, project) };

    // What a generator made has a namespace of its own.
    private static string[] RoomsOf(System.Reflection.Assembly assembly, string project) =>
    [
        .. assembly.GetTypes().Select(type => type.Namespace).OfType<string>()
        .Where(@namespace => @namespace.StartsWith(project, StringComparison.Ordinal))
            .Select(@namespace => RoomOf(@namespace, project)).Where(room => !IsRoof(room)).Distinct().Order(StringComparer.Ordinal),
    ];

    private static string RoomOf(string @namespace, string project) =>
        @namespace.Length > project.Length ? @namespace[(project.Length + 1)..].Replace('.', '/') : Roof;
}
