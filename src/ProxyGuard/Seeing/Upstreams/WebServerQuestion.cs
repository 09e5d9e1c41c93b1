using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;

namespace ProxyGuard.Seeing.Upstreams;

/// <summary>How a web server took a question of ours.</summary>
internal enum WebServerAnswer
{
    /// <summary>Whatever it answered: it answers.</summary>
    Answered,

    /// <summary>It took no connection.</summary>
    Refused,

    /// <summary>It took the connection, and did not answer in time.</summary>
    Silent,

    /// <summary>It took the connection, and ended it or said what is no HTTP.</summary>
    Broke,
}

/// <param name="Description">For operators: the status, or what was wrong.</param>
internal sealed record WebServerReply(WebServerAnswer Answer, string Description);

/// <summary>
/// Our own questions to a web server: a connection that is closed again, and <c>HEAD /</c>. Neither changes anything there.
/// </summary>
internal static class WebServerQuestion
{
    private static readonly ProductInfoHeaderValue Ourselves = new("ProxyGuard", null);

    /// <summary>
    /// Whether it takes connections: <see cref="WebServerAnswer.Answered"/> then, else <see cref="WebServerAnswer.Refused"/>, or <see
    /// cref="WebServerAnswer.Silent"/> where there is no refusal either.
    /// </summary>
    public static Task<WebServerReply> KnockAsync(
        Uri address, TimeSpan most, TimeProvider time, CancellationToken stop) => InTimeAsync(async end =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address.Host, address.Port, end).ConfigureAwait(false);
        return new WebServerReply(WebServerAnswer.Answered, "it takes connections");
    }, most, time, stop);

    /// <param name="like">In which version of HTTP requests are forwarded there; null for YARP's own choice.</param>
    /// <param name="host">The Host to ask for; null for the address's own.</param>
    public static Task<WebServerReply> AskAsync(
        HttpMessageInvoker client, ForwarderRequestConfig? like, Uri address, string? host, TimeSpan most, TimeProvider time,
        CancellationToken stop) => InTimeAsync(async end =>
    {
        using var question = new HttpRequestMessage(HttpMethod.Head, address)
        {
            Version = like?.Version ?? HttpVersion.Version20,
            VersionPolicy = like?.VersionPolicy ?? HttpVersionPolicy.RequestVersionOrLower,
            Headers = { UserAgent = { Ourselves } },
        };
        if (host is not null)
            question.Headers.TryAddWithoutValidation("Host", host);
        using HttpResponseMessage answer = await client.SendAsync(question, end).ConfigureAwait(false);
        return new WebServerReply(WebServerAnswer.Answered, $"HEAD / is answered with {(int)answer.StatusCode}");
    }, most, time, stop);

    public static bool IsRefusal(HttpRequestError? error) =>
        error is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError;

    private static async Task<WebServerReply> InTimeAsync(
        Func<CancellationToken, Task<WebServerReply>> ask, TimeSpan most, TimeProvider time, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(most, time);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        try
        {
            return await ask(end.Token).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            return new WebServerReply(WebServerAnswer.Refused, e.Message);
        }
        catch (HttpRequestException e)
        {
            return new WebServerReply(
                IsRefusal(e.HttpRequestError) ? WebServerAnswer.Refused : WebServerAnswer.Broke, e.GetBaseException().Message);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return new WebServerReply(WebServerAnswer.Silent, $"no answer within {most.TotalSeconds:0.#} s");
        }
    }
}
