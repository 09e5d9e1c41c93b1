using System.Collections.Frozen;

namespace ProxyGuard.Core.Routing;

/// <summary>How a web server comes to the database node it reads from.</summary>
public enum ReadSteering
{
    /// <summary>It reads from none: images, static files.</summary>
    None,

    /// <summary>Its own configuration names one.</summary>
    OneNode,

    /// <summary>Each request tells it, in the header <c>X-ProxyGuard-Read-From</c>.</summary>
    Header,

    /// <summary>Through ProxyGuard's read port, which connects it to whichever is fresh.</summary>
    ReadPort,
}

/// <summary>The metadata of a YARP destination that say from which node its web server reads.</summary>
public static class ReadMetadata
{
    /// <summary>Names the one node a web server reads from.</summary>
    public const string ReadsFrom = "ReadsFrom";

    /// <summary>Says how else it comes to its node: one of <see cref="Steerings"/>.</summary>
    public const string ReadsVia = "ReadsVia";

    /// <summary>Both.</summary>
    public static IReadOnlyList<string> Names => [ReadsFrom, ReadsVia];

    /// <summary>What <see cref="ReadsVia"/> may say, in any case of letters.</summary>
    public static FrozenDictionary<string, ReadSteering> Steerings { get; } =
        new Dictionary<string, ReadSteering> { ["Header"] = ReadSteering.Header, ["ReadPort"] = ReadSteering.ReadPort }.ToFrozenDictionary(
            StringComparer.OrdinalIgnoreCase);
}
