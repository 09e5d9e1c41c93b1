using ProxyGuard.Core.Requests;
using ProxyGuard.Ground.Hosting;

namespace ProxyGuard.Routing.Rehearsal;

/// <summary>A parameter that several members sent with one value: a word of the application, not of a member.</summary>
/// <param name="Times">How many requests had it.</param>
internal readonly record struct CommonParameter(ParameterSource Source, string Name, string Value, long Times);

/// <summary>
/// What the requests of one kind have in common in query and form: short words that came from several addresses. Bounded; nothing else of
/// what members sent is kept, and what fewer of them sent is not told.
/// </summary>
internal sealed class ParameterCounts
{
    private const int Several = 3;
    private const int Most = 40;
    private const int LongestValue = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<(ParameterSource Source, string Name, string Value), Seen> _seen = [];

    /// <summary>The most frequent first.</summary>
    public IReadOnlyList<CommonParameter> Common
    {
        get
        {
            lock (_lock)
            {
                return
                [
                    .. _seen.Where(seen => seen.Value.Addresses.Count >= Several).OrderByDescending(seen => seen.Value.Times)
                    .ThenBy(seen => seen.Key.Name, StringComparer.Ordinal).ThenBy(seen => seen.Key.Value, StringComparer.Ordinal)
                    .Select(seen => new CommonParameter(seen.Key.Source, seen.Key.Name, seen.Key.Value, seen.Value.Times)),
                ];
            }
        }
    }

    /// <param name="member">Null where it is not known: all such are one.</param>
    public void Add(RequestParameters parameters, AddressKey? member)
    {
        lock (_lock)
        {
            foreach (RequestParameter parameter in parameters.All)
            {
                if (IsTellable(parameter))
                    Add((parameter.Source, parameter.Name, parameter.Value), member ?? default);
            }
        }
    }

    private void Add((ParameterSource, string, string) key, AddressKey member)
    {
        if (!_seen.TryGetValue(key, out Seen? seen))
        {
            if (_seen.Count >= Most && !TryMakeRoom())
                return;
            _seen[key] = seen = new Seen();
        }

        seen.Times++;
        if (seen.Addresses.Count < Several)
            seen.Addresses.Add(member);
    }

    // What nobody else has sent goes first, of the member with the most of it: a client that invents words only drives out its own.
    private bool TryMakeRoom()
    {
        var ofOne = _seen.Where(seen => seen.Value.Addresses.Count == 1).GroupBy(seen => seen.Value.Addresses.First())
            .MaxBy(seen => seen.Count());
        return ofOne is not null && _seen.Remove(ofOne.First().Key);
    }

    private static bool IsTellable(RequestParameter parameter) =>
        parameter.Source != ParameterSource.Cookie && ParameterPattern.IsName(parameter.Name) && !FieldNames.IsSecret(parameter.Name)
        && parameter.Value.Length is > 0 and <= LongestValue
        && parameter.Value.All(letter => char.IsAsciiLetterLower(letter) || letter is '_' or '-');

    private sealed class Seen
    {
        public HashSet<AddressKey> Addresses { get; } = [];

        public long Times { get; set; }
    }
}
