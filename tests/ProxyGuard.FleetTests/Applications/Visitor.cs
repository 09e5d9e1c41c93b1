using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>Somebody with a browser's cookies, who asks the site by its name wherever the connection leads.</summary>
/// <param name="site">The site's address, as members know it.</param>
/// <param name="connection">Where to connect to: ProxyGuard, or a web server itself.</param>
internal sealed class Visitor(Uri site, Uri connection) : IDisposable
{
    private const string Boundary = "----WebKitFormBoundary7MA4YWxkTrZu0gW";

    private readonly Dictionary<string, string> _cookies = [];

    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false })
    {
        BaseAddress = connection,
        Timeout = TimeSpan.FromSeconds(60),
    };

    public Uri Site => site;

    public IReadOnlyDictionary<string, string> Cookies => _cookies;

    /// <summary>Sent with each request, such as the nonce of a REST API.</summary>
    public Dictionary<string, string> Headers { get; } = [];

    public Task<Answer> GetAsync(string path) => SendAsync(HttpMethod.Get, path, null);

    public Task<Answer> PostAsync(string path, IEnumerable<(string Name, string Value)> form) => SendAsync(
        HttpMethod.Post, path, new FormUrlEncodedContent(form.Select(field => KeyValuePair.Create(field.Name, field.Value))));

    public Task<Answer> PostJsonAsync(string path, string json) =>
        SendAsync(HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/json"));

    /// <summary>As a form with a file is sent, and MediaWiki's form of an edit.</summary>
    public async Task<Answer> PostMultipartAsync(
        string path, IEnumerable<(string Name, string Value)> fields, (string Field, string Name, byte[] Content)? file = null)
    {
        using var form = new MultipartFormDataContent(Boundary);
        // Browsers put no quotes around it.
        form.Headers.ContentType = MediaTypeHeaderValue.Parse($"multipart/form-data; boundary={Boundary}");
        foreach ((string name, string value) in fields)
        {
            var part = new StringContent(value);
            part.Headers.ContentType = null;
            form.Add(part, $"\"{name}\"");
        }

        if (file is { } picture)
        {
            var part = new ByteArrayContent(picture.Content);
            part.Headers.ContentType = new MediaTypeHeaderValue("image/png");
            form.Add(part, $"\"{picture.Field}\"", $"\"{picture.Name}\"");
        }

        return await SendAsync(HttpMethod.Post, path, form);
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, HttpContent? content)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        request.Headers.Host = site.Authority;
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");
        request.Headers.UserAgent.ParseAdd("Mozilla/5.0");
        foreach ((string name, string value) in Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (_cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        using HttpResponseMessage response = await _http.SendAsync(request);
        Answer answer = await Answer.OfAsync($"{method} {path}", response);
        Keep(answer.SetCookies);
        return answer;
    }

    public void Dispose() => _http.Dispose();

    private void Keep(IEnumerable<string> cookies)
    {
        foreach (string cookie in cookies)
        {
            string[] pair = cookie.Split(';')[0].Split('=', 2);
            bool ends = cookie.Contains("Max-Age=0", StringComparison.OrdinalIgnoreCase)
                || cookie.Contains("1970", StringComparison.Ordinal) || pair[1] is "" or "deleted" || Expired(cookie);
            if (ends)
                _cookies.Remove(pair[0]);
            else
                _cookies[pair[0]] = pair[1];
        }
    }

    private static bool Expired(string cookie) =>
        cookie.Split(';').Select(part => part.Trim().Split('=', 2)).FirstOrDefault(part => part is ["expires" or "Expires", _]) is [_, var at]
        && DateTimeOffset.TryParse(at, System.Globalization.CultureInfo.InvariantCulture, out DateTimeOffset end) && end < DateTimeOffset.UtcNow;
}

/// <summary>What came back.</summary>
internal sealed record Answer(string Request, HttpStatusCode Status, IReadOnlyDictionary<string, string> Headers, IReadOnlyList<string> SetCookies, string Body)
{
    public string? Mode => Headers.GetValueOrDefault("X-ProxyGuard-Mode");

    public static async Task<Answer> OfAsync(string request, HttpResponseMessage response)
    {
        var headers = response.Headers.Concat(response.Content.Headers)
            .Where(header => header.Key != "Set-Cookie")
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value), StringComparer.OrdinalIgnoreCase);
        string[] cookies = response.Headers.TryGetValues("Set-Cookie", out IEnumerable<string>? values) ? [.. values] : [];
        return new Answer(request, response.StatusCode, headers, cookies, await response.Content.ReadAsStringAsync());
    }

    /// <summary>What stands between two texts; throws with the whole answer when it is not there.</summary>
    public string Between(string before, string after)
    {
        int start = Body.IndexOf(before, StringComparison.Ordinal);
        int end = start < 0 ? -1 : Body.IndexOf(after, start + before.Length, StringComparison.Ordinal);
        return end < 0 ? throw new InvalidOperationException($"no {before}…{after} in {this}\n{Body}") : Body[(start + before.Length)..end];
    }

    public override string ToString() => $"{Request}: {(int)Status}";
}
