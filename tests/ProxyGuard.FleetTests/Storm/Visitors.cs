using System.Collections.Concurrent;
using System.Globalization;

namespace ProxyGuard.FleetTests.Storm;

/// <summary>One entry as whoever wrote it saw it go.</summary>
/// <param name="Answer">The status, or why there was none.</param>
internal sealed record Write(string Token, DateTimeOffset SentAt, DateTimeOffset AnsweredAt, bool IsAccepted, string Answer);

/// <summary>One look for an entry.</summary>
/// <param name="IsOwn">Whoever looks has just written it.</param>
/// <param name="Server">The server_id of the database node that answered; null when there was no page.</param>
/// <param name="IsThere">Whether the entry was on the page.</param>
/// <param name="IsLabelled">Whether the page said how old it is.</param>
internal sealed record Look(
    DateTimeOffset SentAt, DateTimeOffset AnsweredAt, bool IsOwn, long? Server, bool IsThere, bool IsLabelled, string Answer);

/// <summary>
/// People who write and look for what they wrote, and others who only look; without a pause, and without ever asking twice.
/// </summary>
internal sealed class Visitors(HttpClient http)
{
    private const string MarkCookie = "proxyguard-write-mark=";

    public ConcurrentQueue<Write> Writes { get; } = new();

    public ConcurrentQueue<Look> Looks { get; } = new();

    /// <summary>Returns when the last request of each is answered.</summary>
    public Task VisitAsync(int writers, int readers, CancellationToken over) =>
        Task.WhenAll(
            [.. Enumerable.Range(0, writers).Select(_ => WriteAndLookAsync(over)),
                .. Enumerable.Range(0, readers).Select(_ => OnlyLookAsync(over))]);

    private async Task WriteAndLookAsync(CancellationToken over)
    {
        string cookie = "session=1";
        while (!over.IsCancellationRequested)
        {
            string token = $"token-{Guid.NewGuid():N}";
            DateTimeOffset sentAt = DateTimeOffset.UtcNow;
            using HttpResponseMessage? answer = await AskAsync(
                HttpMethod.Post, token, cookie, why => Writes.Enqueue(new Write(token, sentAt, DateTimeOffset.UtcNow, false, why)));
            if (answer is null)
                continue;
            Writes.Enqueue(
                new Write(token, sentAt, DateTimeOffset.UtcNow, answer.IsSuccessStatusCode,
                    $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync(CancellationToken.None)}"));
            cookie = MarkOf(answer) ?? cookie;
            if (answer.IsSuccessStatusCode)
                await LookAsync(token, cookie, isOwn: true);
        }
    }

    private async Task OnlyLookAsync(CancellationToken over)
    {
        while (!over.IsCancellationRequested)
            await LookAsync("token-of-nobody", "session=2", isOwn: false);
    }

    private async Task LookAsync(string token, string cookie, bool isOwn)
    {
        DateTimeOffset sentAt = DateTimeOffset.UtcNow;
        using HttpResponseMessage? answer = await AskAsync(
            HttpMethod.Get, token, cookie, why => Looks.Enqueue(new Look(sentAt, DateTimeOffset.UtcNow, isOwn, null, false, false, why)));
        if (answer is null)
            return;
        string page = await answer.Content.ReadAsStringAsync(CancellationToken.None);
        long? server = answer.IsSuccessStatusCode ? long.Parse(page.Split(' ')[0], CultureInfo.InvariantCulture) : null;
        Looks.Enqueue(
            new Look(sentAt, DateTimeOffset.UtcNow, isOwn, server, page.EndsWith(" there", StringComparison.Ordinal)
                && !page.EndsWith("not there", StringComparison.Ordinal), answer.Headers.Contains("X-ProxyGuard-As-Of"),
                    $"{(int)answer.StatusCode} {page}"));
    }

    private async Task<HttpResponseMessage?> AskAsync(HttpMethod method, string token, string cookie, Action<string> failed)
    {
        using var request = new HttpRequestMessage(method, $"/entries/{token}") { Headers = { { "Cookie", cookie } } };
        try
        {
            return await http.SendAsync(request, CancellationToken.None);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            failed(e.Message);
            return null;
        }
    }

    private static string? MarkOf(HttpResponseMessage answer) =>
        answer.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? cookies)
            ? cookies.FirstOrDefault(cookie => cookie.StartsWith(MarkCookie, StringComparison.Ordinal))?.Split(';')[0]
            : null;
}
