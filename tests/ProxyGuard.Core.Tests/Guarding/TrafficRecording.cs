using System.Collections.Immutable;
using System.Text.Json;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Core.Tests.Guarding;

/// <summary>What the primary's binlog grew by in one window, and how many requests of each kind were answered.</summary>
public sealed record TrafficWindow(long Bytes, Dictionary<string, int> Requests);

/// <summary>Ordinary traffic on a real site.</summary>
/// <param name="Seconds">Of each window.</param>
public sealed record TrafficRecording(double Seconds, ImmutableArray<TrafficWindow> Windows)
{
    private static readonly JsonSerializerOptions Names = new(JsonSerializerDefaults.Web);

    public string ToJson() => JsonSerializer.Serialize(this, Names);

    public static TrafficRecording FromJson(string json) => JsonSerializer.Deserialize<TrafficRecording>(json, Names)!;

    /// <summary>The kinds, in the order of their numbers.</summary>
    public IReadOnlyList<MovementKind> Kinds =>
    [
        .. Windows.SelectMany(window => window.Requests.Keys).Distinct().Order(StringComparer.Ordinal)
        .Select(name => new MovementKind(name, name.StartsWith("GET", StringComparison.Ordinal))),
    ];

    /// <summary>So many windows, drawn from these again and again: more of the same site.</summary>
    public IReadOnlyList<MovementWindow> Resampled(int seed, int count)
    {
        var random = new Random(seed);
        Dictionary<string, int> numbers = Kinds.Select((kind, number) => (kind.Name, number))
            .ToDictionary(kind => kind.Name, kind => kind.number);
        return
        [
            .. Enumerable.Range(0, count).Select(_ => Windows[random.Next(Windows.Length)])
            .Select(window => new MovementWindow(
                Seconds, window.Bytes, [.. window.Requests.Select(count => KeyValuePair.Create(numbers[count.Key], count.Value))])),
        ];
    }
}
