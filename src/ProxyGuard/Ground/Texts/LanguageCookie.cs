using System.Collections.Immutable;
using Microsoft.Extensions.Primitives;

namespace ProxyGuard.Ground.Texts;

/// <summary>
/// The cookie in which a browser carries the language of its member's choice: a two-letter code of an offered language, for all paths,
/// because a refusal may come at any of them, and until the browser is closed. It ends here: no web server gets it.
/// </summary>
internal static class LanguageCookie
{
    private const string Name = "proxyguard-language";

    // Browsers take a cookie of this prefix only over TLS, for this host alone and from no other (RFC 6265bis, section 4.1.3.2).
    private const string SafeName = "__Host-" + Name;

    private const string Attributes = "; Path=/; HttpOnly; SameSite=Lax";

    /// <summary>The choice; null when there is none, or one of a language that is not offered.</summary>
    public static string? Read(HttpRequest request, ImmutableArray<string> languages) =>
        request.Cookies[request.IsHttps ? SafeName : Name] is { } choice && languages.Contains(choice) ? choice : null;

    /// <param name="language">One of the offered languages, never what a client sent.</param>
    public static void Set(HttpContext context, string language) => context.Response.Headers.Append(
        "Set-Cookie", context.Request.IsHttps ? $"{SafeName}={language}{Attributes}; Secure" : $"{Name}={language}{Attributes}");

    /// <summary>The Cookie header without ours; the same when it was not in it, and empty when nothing else was.</summary>
    public static StringValues Without(StringValues cookies)
    {
        foreach (string? line in cookies)
        {
            if (line?.Contains(Name, StringComparison.Ordinal) == true)
                return (string[])[.. cookies.Select(Rest).Where(rest => rest.Length > 0)];
        }

        return cookies;
    }

    private static string Rest(string? line) =>
        string.Join("; ", (line ?? "").Split(';', StringSplitOptions.TrimEntries).Where(pair => !IsOurs(pair)));

    private static bool IsOurs(string pair) =>
        pair.StartsWith($"{Name}=", StringComparison.Ordinal) || pair.StartsWith($"{SafeName}=", StringComparison.Ordinal);
}
