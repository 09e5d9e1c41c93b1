using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace ProxyGuard.Commands;

/// <summary>What the management API answered, or why there is no answer.</summary>
/// <param name="Body">The JSON object of a success; null when there is none.</param>
/// <param name="Failure">Sentences for the operator; null when there is a body.</param>
internal readonly record struct ManagementAnswer(JsonElement? Body, string? Failure)
{
    public static ManagementAnswer Failed(string failure) => new(null, failure);
}

/// <summary>
/// Asks a ProxyGuard that runs. Every failure is a sentence that says where it asked and what to try, and none has the key in it.
/// </summary>
internal sealed class ManagementClient : IDisposable
{
    // Everything is answered from memory, but a hold is written to disk first.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    // A diagnosis of sixty nodes has less than one.
    private const int LargestAnswer = 16 * 1024 * 1024;

    private readonly ManagementAccess _access;
    private readonly HttpClient _http;

    /// <param name="patience">How long one answer is waited for; null for as long as it may take.</param>
    public ManagementClient(ManagementAccess access, TimeSpan? patience = null)
    {
        _access = access;
        // No proxy and no redirect: the key goes to this address and to no other.
        var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false, UseCookies = false };
        _http = new HttpClient(handler)
        {
            BaseAddress = access.Url,
            Timeout = patience ?? Patience,
            MaxResponseContentBufferSize = LargestAnswer,
        };
    }

    /// <summary>Reads the key. Null when requests may be sent, else why not.</summary>
    /// <param name="errors">Is told what should be changed about its file.</param>
    public string? TakeKey(TextWriter errors)
    {
        if (_access.Refusal is { } refusal)
            return refusal;
        (string? key, string? failure) = _access.Key.Read();
        if (_access.Key.Warning is { } warning)
            errors.WriteLine(warning);
        if (key is not null)
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return failure;
    }

    /// <param name="path">Such as <c>/api/v1/fleet</c>.</param>
    /// <param name="body">A JSON object; null for none.</param>
    public async Task<ManagementAnswer> AskAsync(HttpMethod method, string path, ReadOnlyMemory<byte>? body, CancellationToken stop)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        if (body is { } sent)
        {
            request.Content = new ReadOnlyMemoryContent(sent);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        }

        try
        {
            using HttpResponseMessage response = await _http.SendAsync(request, stop).ConfigureAwait(false);
            byte[] content = await response.Content.ReadAsByteArrayAsync(stop).ConfigureAwait(false);
            JsonElement? json = ObjectIn(content);
            return response.IsSuccessStatusCode && json is not null
                ? new ManagementAnswer(json, null)
                : ManagementAnswer.Failed(Refused(response, json));
        }
        catch (HttpRequestException e)
        {
            return ManagementAnswer.Failed(Unanswered(WhyOf(e)));
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return ManagementAnswer.Failed(Unanswered($"no answer for {_http.Timeout.TotalSeconds:0} seconds"));
        }
    }

    public Task<ManagementAnswer> GetAsync(string path, CancellationToken stop) => AskAsync(HttpMethod.Get, path, null, stop);

    public void Dispose() => _http.Dispose();

    private static JsonElement? ObjectIn(byte[] content)
    {
        try
        {
            using JsonDocument json = JsonDocument.Parse(content);
            return json.RootElement.ValueKind == JsonValueKind.Object ? json.RootElement.Clone() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private string Refused(HttpResponseMessage response, JsonElement? problem)
    {
        string? detail = problem?.TextOf("detail") ?? problem?.TextOf("why");
        string errors = string.Concat(problem?.ItemsOf("errors").Select(error => $"\n  {error}") ?? []);
        return response.StatusCode switch
        {
            HttpStatusCode.Unauthorized when detail is not null =>
                $"ProxyGuard at {_access.Url} does not know the key in {_access.Key.Path}. Is it that of another ProxyGuard, was it withdrawn, "
                + "or has the configuration not been reloaded since its line was put there (ProxyGuard:Admin:Keys)? "
                + "If you meant the one at another address, name it with --url.",
            HttpStatusCode.Forbidden when detail is not null => $"Refused: {detail}",
            _ when detail is not null => $"ProxyGuard at {_access.Url} says: {detail}{errors}",
            _ => $"What answers at {_access.Url} is not ProxyGuard's management API (HTTP {(int)response.StatusCode}). "
                + "Is that the address of the site? Name that of ProxyGuard:Admin:Listen with --url.",
        };
    }

    private string Unanswered(string why)
    {
        string remark = _access.Remark is { } origin ? $"{origin}. " : "";
        return $"Nothing answers at {_access.Url}: {why}. {remark}"
            + "Is ProxyGuard running (systemctl status proxyguard)? If it listens elsewhere, name that address with --url.";
    }

    private static string WhyOf(HttpRequestException failure) => failure.GetBaseException() switch
    {
        SocketException { SocketErrorCode: SocketError.ConnectionRefused } => "the connection was refused",
        SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.TryAgain or SocketError.NoData } =>
            "there is no such host",
        System.Security.Authentication.AuthenticationException tls => $"TLS failed, {tls.Message.TrimEnd('.')}",
        SocketException other => other.Message,
        _ when failure.HttpRequestError == HttpRequestError.ConfigurationLimitExceeded => "the answer is too long to be ProxyGuard's",
        _ when failure.HttpRequestError is HttpRequestError.InvalidResponse or HttpRequestError.ResponseEnded =>
            "what is there does not speak HTTP",
        _ => failure.Message.TrimEnd('.'),
    };
}
