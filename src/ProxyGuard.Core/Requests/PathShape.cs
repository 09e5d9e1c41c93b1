namespace ProxyGuard.Core.Requests;

/// <summary>What paths of one kind have in common: numbers, and whatever looks made by a machine, is one <c>*</c>.</summary>
public static class PathShape
{
    // A UUID without dashes has 32; a title that people gave, dashes and all, is rarely one unbroken run of letters and digits this long.
    private const int LongestWord = 24;

    /// <summary>Longer paths are cut: they come from a stranger and go into a list.</summary>
    public const int MostCharacters = 200;

    /// <param name="rawPath">As sent, without the query.</param>
    public static string Of(ReadOnlySpan<char> rawPath)
    {
        string path = rawPath.Length > MostCharacters ? $"{rawPath[..MostCharacters]}…" : rawPath.ToString();
        return string.Join('/', path.Split('/').Select(segment => IsMade(segment) ? "*" : segment));
    }

    private static bool IsMade(string segment)
    {
        if (segment.Length == 0)
            return false;
        bool isNumber = segment.All(char.IsAsciiDigit);
        bool isIdentifier = Guid.TryParse(segment, out _) || segment.Length > LongestWord && segment.All(char.IsAsciiLetterOrDigit)
            && segment.Any(char.IsAsciiDigit);
        return isNumber || isIdentifier;
    }
}
