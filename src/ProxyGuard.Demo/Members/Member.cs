using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;

namespace ProxyGuard.Demo.Members;

/// <summary>
/// One member who looks at photos, likes some and says something now and then; at a human pace, with a browser that keeps cookies, and
/// politely: a site that asks for patience gets it.
/// </summary>
internal sealed partial class Member(string name, Uri site, MemberTally tally)
{
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(5);

    private static readonly string[] Remarks =
    [
        "Lovely light!", "Where was this taken?", "The colours are great.", "I was there last summer, it looks just like this.",
        "Which lens did you use?", "My favourite this week.", "A bit darker, perhaps? Still: wonderful.",
        "This makes me want to go outside.",
        "So calm.", "The hills in the background make it.",
    ];

    /// <summary>Until <paramref name="stop"/>; nothing the site does ends it earlier.</summary>
    public async Task BrowseAsync(CancellationToken stop)
    {
        // No redirects by itself: they are counted like clicks.
        using var browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        {
            BaseAddress = site,
            Timeout = TimeSpan.FromSeconds(15),
        };
        browser.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));
        bool loggedIn = false;
        while (!stop.IsCancellationRequested)
        {
            TimeSpan pause = TimeSpan.FromMilliseconds(Random.Shared.Next(600, 1800));
            try
            {
                loggedIn = loggedIn || await LogInAsync(browser, stop);
                Answer answer = await VisitAPhotoAsync(browser, stop);
                if (answer.Status == HttpStatusCode.ServiceUnavailable)
                    pause = answer.RetryAfter < LongestWait ? answer.RetryAfter : LongestWait;
                await Task.Delay(pause, stop);
            }
            catch (OperationCanceledException) when (stop.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                tally.CountUnreachable();
                await Task.Delay(pause, CancellationToken.None);
            }
        }
    }

    private async Task<bool> LogInAsync(HttpClient browser, CancellationToken stop) =>
        (await PostAsync(browser, "/login", new() { ["name"] = name }, stop)).Status == HttpStatusCode.SeeOther;

    private async Task<Answer> VisitAPhotoAsync(HttpClient browser, CancellationToken stop)
    {
        Answer list = await GetAsync(browser, "/", stop);
        string[] photos = [.. PhotoLink().Matches(list.Body).Select(match => match.Value).Distinct()];
        if (list.Status != HttpStatusCode.OK || photos.Length == 0)
            return list;
        // One photo leads to another.
        string photo = "";
        Answer page = list;
        for (int look = Random.Shared.Next(3); look >= 0; look--)
        {
            photo = photos[Random.Shared.Next(photos.Length)];
            page = await GetAsync(browser, photo, stop);
            if (page.Status != HttpStatusCode.OK)
                return page;
            await GetAsync(browser, $"{photo}/image", stop);
            await Task.Delay(Random.Shared.Next(100, 500), stop);
        }

        return Random.Shared.Next(10) switch
        {
            < 2 => await PostAsync(browser, $"{photo}/comments", new() { ["text"] = Remarks[Random.Shared.Next(Remarks.Length)] }, stop),
            < 5 => await PostAsync(browser, $"{photo}/like", [], stop),
            5 => await PostAsync(browser, "/search", new() { ["q"] = "the" }, stop),
            _ => page,
        };
    }

    private async Task<Answer> GetAsync(HttpClient browser, string path, CancellationToken stop)
    {
        using HttpResponseMessage response = await browser.GetAsync(new Uri(path, UriKind.Relative), stop);
        return await TakeAsync(response, stop);
    }

    private async Task<Answer> PostAsync(HttpClient browser, string path, Dictionary<string, string> form, CancellationToken stop)
    {
        using var content = new FormUrlEncodedContent(form);
        using HttpResponseMessage response = await browser.PostAsync(new Uri(path, UriKind.Relative), content, stop);
        return await TakeAsync(response, stop);
    }

    private async Task<Answer> TakeAsync(HttpResponseMessage response, CancellationToken stop)
    {
        tally.Count(response.RequestMessage!.Method, response.StatusCode);
        string body = await response.Content.ReadAsStringAsync(stop);
        TimeSpan retryAfter = response.Headers.TryGetValues("Retry-After", out IEnumerable<string>? values)
            && int.TryParse(values.First(), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)
                ? TimeSpan.FromSeconds(seconds)
                : LongestWait;
        return new Answer(response.StatusCode, body, retryAfter);
    }

    [GeneratedRegex("/photos/[0-9]+(?=\")")]
    private static partial Regex PhotoLink();

    private sealed record Answer(HttpStatusCode Status, string Body, TimeSpan RetryAfter);
}
