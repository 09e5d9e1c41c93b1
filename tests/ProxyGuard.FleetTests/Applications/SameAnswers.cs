using System.Text.RegularExpressions;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>Compares what an application answered past ProxyGuard and through it, on equal states.</summary>
internal static partial class SameAnswers
{
    private const string WriteMark = "proxyguard-write-mark";

    private static readonly string[] Headers = ["Content-Type", "Location", "Cache-Control", "Vary", "Link", "X-WP-Total", "Allow", "Expires"];

    public static void Verify(IReadOnlyList<Answer> direct, IReadOnlyList<Answer> guarded)
    {
        Assert.Equal(direct.Select(Asked), guarded.Select(Asked));
        foreach ((Answer expected, Answer actual) in direct.Zip(guarded))
        {
            Assert.Equal(Outline(expected), Outline(actual));
            Assert.True(Masked(expected.Body) == Masked(actual.Body), $"{expected}\n{FirstDifference(Masked(expected.Body), Masked(actual.Body))}");
        }
    }

    private static string Asked(Answer answer) => Masked(answer.ToString());

    private static string Outline(Answer answer)
    {
        IEnumerable<string> headers = Headers.Select(name => $"{name}: {Masked(answer.Headers.GetValueOrDefault(name) ?? "-")}");
        IEnumerable<string> cookies = answer.SetCookies.Select(cookie => cookie.Split('=')[0]).Where(name => name != WriteMark);
        return string.Join('\n', [Asked(answer), .. headers, $"Set-Cookie: {string.Join(' ', cookies)}"]);
    }

    // Nonces (ten hexadecimal digits, as are seconds), tokens, times and how long it took differ from one request to the next, whoever asks;
    // how many edits a member has made, MediaWiki counts after its answer.
    private static string Masked(string text)
    {
        text = Times().Replace(text, "<time>");
        text = Took().Replace(text, "<took>");
        text = Requests().Replace(text, "<request>");
        return Nonces().Replace(text, "<nonce>");
    }

    private static string FirstDifference(string expected, string actual)
    {
        int at = expected.Zip(actual).TakeWhile(pair => pair.First == pair.Second).Count();
        return $"direct:  …{Around(expected, at)}…\nguarded: …{Around(actual, at)}…";
    }

    private static string Around(string text, int at) => text[Math.Max(0, at - 80)..Math.Min(text.Length, at + 160)].ReplaceLineEndings("⏎");

    [GeneratedRegex(@"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?|(?<![.\d])\d\d?:\d\d(:\d\d)?( ?[ap]m)?\b|\b\d\d?%3A\d\d\b|\b20\d{12}\b|\b1[78]\d{11}\b|\d+ (second|minute|min)s?( ago)?")]
    private static partial Regex Times();

    [GeneratedRegex(@"usage: \d+\.\d+ seconds|(?<=\s)\d+\.\d+%\s+\d+\.\d+|""wgBackendResponseTime"":\d+|""wgUserEditCount"":\d+|[""']?(walltime|cputime)[""']?:[""']?\d+\.\d+|\b\d+\.\d{3,}\b")]
    private static partial Regex Took();

    [GeneratedRegex(@"""wgRequestId"":""\w+""|reqId=\w+|\d\.gravatar")]
    private static partial Regex Requests();

    [GeneratedRegex(@"\b[0-9a-f]{32,}\b(\+\\\\?)?|\b[0-9a-f]{10}\b|anna(%7C|\|)[^;""]+")]
    private static partial Regex Nonces();
}
