using System.Collections.Immutable;

namespace ProxyGuard.Core.Requests;

/// <summary>
/// Parameters that a request must have, all of them: name and value, in which <c>*</c> stands for anything, also for nothing. Like a path,
/// they are looked for in two ways: what loosens needs one reading, what tightens takes any.
/// </summary>
public sealed class ParameterPattern
{
    private const char Anything = '*';

    private const int LongestName = 64;
    private const int LongestValue = 100;

    private readonly ImmutableArray<KeyValuePair<string, string>> _wanted;

    private ParameterPattern(ImmutableArray<KeyValuePair<string, string>> wanted) => _wanted = wanted;

    /// <summary>Nothing is asked for.</summary>
    public static ParameterPattern None { get; } = new([]);

    public bool IsEmpty => _wanted.IsEmpty;

    /// <summary>Each once.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Wanted => _wanted;

    /// <summary>Null, with the reason, when one of them cannot be asked for.</summary>
    public static ParameterPattern? TryCreate(IEnumerable<KeyValuePair<string, string>> wanted, out string? reason)
    {
        ImmutableArray<KeyValuePair<string, string>> all = [.. wanted];
        reason = all.Select(ReasonAgainst).FirstOrDefault(against => against is not null);
        return reason is null ? new ParameterPattern(all) : null;
    }

    /// <summary>Whether a request could have the parameter: letters, digits, <c>_</c> and <c>-</c>, up to 64 of them.</summary>
    public static bool IsName(string name) =>
        name.Length is > 0 and <= LongestName && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '_' or '-');

    /// <summary>
    /// Whether each stands in the given place, and everything else in the request that could be taken for it says the same.
    /// </summary>
    public bool MatchesOnly(RequestParameters parameters, ParameterSource source)
    {
        if (IsEmpty)
            return true;
        if (!parameters.IsOnlyOne)
            return false;
        foreach ((string name, string value) in _wanted)
        {
            bool stands = false;
            foreach (RequestParameter parameter in parameters.All)
            {
                if (!parameter.MayBe(name))
                    continue;
                if (parameter.Name != name || parameter.PlainValue() is not { } plain || !Fits(plain, value, StringComparison.Ordinal))
                    return false;
                stands |= parameter.Source == source;
            }

            if (!stands)
                return false;
        }

        return true;
    }

    /// <summary>Whether some reader may find all of them, in whatever place.</summary>
    public bool MatchesAny(RequestParameters parameters)
    {
        if (!parameters.AreAll)
            return true;
        foreach ((string name, string value) in _wanted)
        {
            if (!MayHave(parameters, name, value))
                return false;
        }

        return true;
    }

    private static bool MayHave(RequestParameters parameters, string name, string value)
    {
        foreach (RequestParameter parameter in parameters.All)
        {
            if (!parameter.MayBe(name))
                continue;
            foreach (string reading in parameter.Values)
            {
                if (Fits(reading, value, StringComparison.OrdinalIgnoreCase))
                    return true;
            }
        }

        return false;
    }

    private static bool Fits(ReadOnlySpan<char> text, ReadOnlySpan<char> wanted, StringComparison comparison)
    {
        int first = wanted.IndexOf(Anything);
        if (first < 0)
            return text.Equals(wanted, comparison);
        if (!text.StartsWith(wanted[..first], comparison))
            return false;
        text = text[first..];
        wanted = wanted[(first + 1)..];
        // Between two of them the first place is as good as any later one.
        for (int next; (next = wanted.IndexOf(Anything)) >= 0; wanted = wanted[(next + 1)..])
        {
            int found = text.IndexOf(wanted[..next], comparison);
            if (found < 0)
                return false;
            text = text[(found + next)..];
        }

        return text.EndsWith(wanted, comparison);
    }

    private static string? ReasonAgainst(KeyValuePair<string, string> wanted) =>
        !IsName(wanted.Key) ? $"has {wanted.Key}, but a name is up to {LongestName} letters, digits, _ and -"
            : wanted.Value.Length is 0 or > LongestValue || wanted.Value.Any(char.IsControl)
                ? $"has {wanted.Key} without a value that can be asked for: up to {LongestValue} characters, with * for anything"
                : null;
}
