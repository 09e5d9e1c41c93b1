using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;

namespace ProxyGuard.Testing;

/// <summary>One comment as its member saw it go.</summary>
/// <param name="Status">Null when nobody answered.</param>
/// <param name="Mode">X-ProxyGuard-Mode.</param>
internal sealed record WriteSeen(string Token, DateTimeOffset SentAt, DateTimeOffset AnsweredAt, HttpStatusCode? Status, string? Mode)
{
    public bool IsAccepted => Status == HttpStatusCode.SeeOther;

    /// <summary>By ProxyGuard; an upstream's own failure is something else.</summary>
    public bool IsRefused => Status == HttpStatusCode.ServiceUnavailable;
}

/// <summary>One page as its reader got it.</summary>
/// <param name="Status">Null when nobody answered.</param>
/// <param name="WebNode">Who served it, from its foot; null when it has none.</param>
/// <param name="AsOf">X-ProxyGuard-As-Of; null when it was not sent.</param>
/// <param name="HasBanner">Whether the banner's script tag is in it.</param>
internal sealed record PageSeen(
    DateTimeOffset SentAt, DateTimeOffset AnsweredAt, HttpStatusCode? Status, string? WebNode, string? Mode, DateTimeOffset? AsOf,
    bool HasBanner);

/// <summary>Members who write a comment, look at a photo and at the status, each every few milliseconds, and note what they got.</summary>
internal sealed partial class Members : IAsyncDisposable
{
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(20);

    /// <summary>What browsers say when they navigate.</summary>
    public const string BrowsersAccept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

    private const int Photos = 12;

    private readonly HttpClient _http;
    private readonly List<Rhythm> _rhythms = [];
    private int _written;
    private int _read;

    private Members(HttpClient http) => _http = http;

    /// <summary>In the order in which they were sent, as are the others.</summary>
    public ConcurrentQueue<WriteSeen> Writes { get; } = new();

    public ConcurrentQueue<PageSeen> Pages { get; } = new();

    /// <summary>Only answers; none while ProxyGuard is away.</summary>
    public ConcurrentQueue<StatusSeen> Statuses { get; } = new();

    public static Members Visit(HttpClient http, bool write = true)
    {
        var members = new Members(http);
        if (write)
            members._rhythms.Add(new Rhythm(Pace, members.WriteAsync));
        members._rhythms.Add(new Rhythm(Pace, members.ReadAsync));
        members._rhythms.Add(new Rhythm(Pace, members.AskStatusAsync));
        return members;
    }

    /// <summary>Returns when the request under way of each of them is answered.</summary>
    public async Task LeaveAsync()
    {
        foreach (Rhythm rhythm in _rhythms)
            await rhythm.DisposeAsync();
        _rhythms.Clear();
    }

    public async ValueTask DisposeAsync() => await LeaveAsync();

    // A beat ends with its answer, also when the members leave: what was sent must be counted.
    private async Task WriteAsync(CancellationToken stop)
    {
        string token = $"token-{Guid.NewGuid():N}";
        DateTimeOffset sentAt = DateTimeOffset.UtcNow;
        using var form = new FormUrlEncodedContent([new("text", token)]);
        using HttpResponseMessage? answer = await AnswerOrNobodyAsync(
            () => _http.PostAsync(PathOf(_written++, "/comments"), form, CancellationToken.None));
        Writes.Enqueue(new WriteSeen(token, sentAt, DateTimeOffset.UtcNow, answer?.StatusCode, HeaderOf(answer, "X-ProxyGuard-Mode")));
    }

    private async Task ReadAsync(CancellationToken stop)
    {
        DateTimeOffset sentAt = DateTimeOffset.UtcNow;
        using var request = new HttpRequestMessage(HttpMethod.Get, PathOf(_read++));
        request.Headers.Accept.ParseAdd(BrowsersAccept);
        using HttpResponseMessage? answer = await AnswerOrNobodyAsync(() => _http.SendAsync(request, CancellationToken.None));
        Pages.Enqueue(await SeenAsync(sentAt, answer));
    }

    private async Task AskStatusAsync(CancellationToken stop)
    {
        DateTimeOffset askedAt = DateTimeOffset.UtcNow;
        using HttpResponseMessage? answer = await AnswerOrNobodyAsync(
            () => _http.GetAsync(new Uri("/_proxyguard/status.json", UriKind.Relative), stop));
        if (answer is not null)
            Statuses.Enqueue(new StatusSeen(askedAt, DateTimeOffset.UtcNow, await answer.Content.ReadAsStringAsync(stop)));
    }

    internal static async Task<PageSeen> SeenAsync(DateTimeOffset sentAt, HttpResponseMessage? answer)
    {
        string page = answer is null ? "" : await answer.Content.ReadAsStringAsync();
        Match webNode = WebNode().Match(page);
        return new PageSeen(
            sentAt,
            DateTimeOffset.UtcNow,
            answer?.StatusCode,
            webNode.Success ? webNode.Groups[1].Value : null,
            HeaderOf(answer, "X-ProxyGuard-Mode"),
            HeaderOf(answer, "X-ProxyGuard-As-Of") is { } asOf
                ? DateTimeOffset.Parse(asOf, System.Globalization.CultureInfo.InvariantCulture)
                : null,
            page.Contains("<script async=\"\" src=\"/_proxyguard/b.js?v=", StringComparison.Ordinal));
    }

    private static async Task<HttpResponseMessage?> AnswerOrNobodyAsync(Func<Task<HttpResponseMessage>> ask)
    {
        try
        {
            return await ask();
        }
        catch (HttpRequestException)
        {
            // Killed, or not yet started.
            return null;
        }
    }

    private static Uri PathOf(int visit, string below = "") => new($"/photos/{visit % Photos + 1}{below}", UriKind.Relative);

    private static string? HeaderOf(HttpResponseMessage? answer, string name) =>
        answer is not null && answer.Headers.TryGetValues(name, out IEnumerable<string>? values) ? values.Single() : null;

    [GeneratedRegex("Served by <code>(web[0-9]+)</code>")]
    private static partial Regex WebNode();
}
