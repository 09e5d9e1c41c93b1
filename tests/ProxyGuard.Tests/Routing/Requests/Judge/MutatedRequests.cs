namespace ProxyGuard.Tests.Routing.Requests.Judge;

/// <summary>
/// Requests that change something, and the same in disguise: one to five tricks each, chosen by a number, so that the same number means the
/// same request.
/// </summary>
internal static class MutatedRequests
{
    private static readonly string[] Safe = ["GET", "GET", "GET", "GET", "HEAD", "OPTIONS", "PROPFIND", "REPORT", "SEARCH", "QUERY"];
    private static readonly string[] Unsafe = ["POST", "POST", "POST", "PUT", "PATCH", "DELETE"];
    private static readonly string[] Reads =
    [
        "/like/5", "/rate/5", "/photos/7/vote", "/admin/users", "/admin", "/shop/buy.php", "/shop/buy.php/5", "/index.php/rate/5",
        "/index.php/like/5",
    ];
    private static readonly string[] Writes =
    [
        "/photos/5/comment", "/search/delete", "/search/../photos/5/comment", "/find/x/../../photos/5/comment",
        "/index.php/find/../../photos/5/comment",
    ];

    private static readonly string[] Before =
    [
        "//x", "//x:80", "/\\x", "//", "/.", "/x/..", "/%2e%2e", "/..;", "/index.php", "/INDEX.PHP", "/shop", "/shop/index.php",
        "/search/..", "/search/%2e%2e", "/search/tool.php", "/search/a/..%2f..",
        "/find/..;/", "/find/..%5c", "/login/..", "/x%2f..", "/;a", "/x.php/index.php", "http://h", "/%20",
    ];

    private static readonly string[] Behind =
    [
        "/..", "/.", "/", "//", "/%2e", "/%2e%2e", "%2f..", "%252f..", "/..;", "%00", "%00/x", "%20", "%0a", "%0d%0a", ".", "..", ";x",
        ";x/y", "%3bx", "%3fx", "%3f/x", "%23", "%26x/y", "&x", "+", "\\", "%5c", "/x/..", "/x/../.",
        "?a=b", "?/../x", "%", "%zz", "%ff", "%c0%ae", "/%c0%ae%c0%ae", ".json", "~",
    ];

    private static readonly string[] Slashes =
    [
        "\\", "%2f", "%2F", "%5c", "//", "///", "%c0%af", "%e0%80%af", "%u002f", "%252f", "%25252F", "/./", "/x/../", "/;/", "/.;/",
        "/%2e/", ";a/", "/../", "%2f%2f", "/\\",
    ];
    private static readonly string[] Inside =
    [
        "%00", "%ff", "\\", "!", "'", "..", "../", "./", "%e2%80%8b", "%c2%ad", "%09", "%20", "*", "(", "~", ":", "%7f", "%c3%a9", ";",
        "^",
    ];

    /// <param name="number">Which one.</param>
    public static (string Method, string Target) Of(int number)
    {
        var random = new Random(number);
        bool reads = random.Next(3) > 0;
        string path = Pick(random, reads ? Reads : Writes);
        for (int tricks = random.Next(6); tricks > 0; tricks--)
            path = Mutate(path, random);
        return (Pick(random, reads ? Safe : Unsafe), path);
    }

    private static string Mutate(string path, Random random)
    {
        int place = random.Next(1, path.Length);
        switch (random.Next(9))
        {
            case 0:
                return Pick(random, Before) + path;
            case 1:
                return path + Pick(random, Behind);
            case 2:
                int slash = path.IndexOf('/', random.Next(path.Length));
                return slash <= 0 ? path : path[..slash] + Pick(random, Slashes) + path[(slash + 1)..];
            case 3:
                return path[..place] + Pick(random, Inside) + path[place..];
            case 4:
                return path[..place] + (
                    char.IsAsciiLetterLower(path[place]) ? char.ToUpperInvariant(path[place]) : path[place]) + path[(place + 1)..];
            case 5:
                return path[..place] + (
                    path[place] < 128 ? $"%c{(path[place] >> 6) & 1}%{(path[place] & 63) | 128:x2}" : "") + path[(place + 1)..];
            case 6:
                return path.Replace("%", "%25", StringComparison.Ordinal);
            default:
                return path[..place] + (random.Next(2) == 0 ? $"%{(int)path[place]:x2}" : $"%{(int)path[place]:X2}") + path[(place + 1)..];
        }
    }

    private static string Pick(Random random, string[] from) => from[random.Next(from.Length)];
}
