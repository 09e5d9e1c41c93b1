using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using ProxyGuard.Testing;
using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Routing.Forwarding;

/// <summary>A running ProxyGuard with sockets on both sides, so that bytes are seen as they are. One for all tests of a class.</summary>
public class RawSite : IAsyncLifetime
{
    internal GuardedSite Site { get; private set; } = null!;

    internal RawUpstream Upstream { get; } = new();

    public async ValueTask InitializeAsync()
    {
        Site = await GuardedSite.StartWellAsync(json =>
        {
            foreach (string web in (string[])["web1", "web2", "web3"])
                json.AsObject().Put($"ReverseProxy:Clusters:site:Destinations:{web}:Address", Upstream.Address.ToString());
            // Nonsense from clients is what these tests are made of.
            json.AsObject().Put("Logging:LogLevel:Yarp", "None");
            Change(json.AsObject());
        });
    }

    public async ValueTask DisposeAsync()
    {
        await Site.DisposeAsync();
        await Upstream.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    internal virtual void Change(JsonObject json)
    {
    }

    /// <summary>Sends bytes (Latin-1) and reads until the other end closes.</summary>
    /// <param name="request">Where it has no Connection header, the connection stays open after a good answer: then this waits in
    /// vain.</param>
    /// <param name="from">The address on loopback to ask from; null for 127.0.0.1.</param>
    /// <param name="afterContinue">What to send once the answer begins with 100 Continue.</param>
    internal async Task<string> AskAsync(string request, string? from = null, string? afterContinue = null)
    {
        using TcpClient client = await ConnectAsync(from);
        await using NetworkStream stream = client.GetStream();
        await stream.WriteAsync(Encoding.Latin1.GetBytes(request));
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var answer = new StringBuilder();
        var buffer = new byte[64 * 1024];
        int read;
        while ((read = await ReadAsync(stream, buffer, deadline.Token)) > 0)
        {
            bool begins = answer.Length == 0;
            answer.Append(Encoding.Latin1.GetString(buffer, 0, read));
            if (begins && afterContinue is not null && answer.ToString().StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal))
                await stream.WriteAsync(Encoding.Latin1.GetBytes(afterContinue));
        }

        return answer.ToString();
    }

    // A connection that is reset has ended too.
    private static async Task<int> ReadAsync(NetworkStream stream, byte[] buffer, CancellationToken deadline)
    {
        try
        {
            return await stream.ReadAsync(buffer, deadline);
        }
        catch (IOException)
        {
            return 0;
        }
    }

    internal async Task<TcpClient> ConnectAsync(string? from = null)
    {
        var client = new TcpClient(new IPEndPoint(from is null ? IPAddress.Loopback : IPAddress.Parse(from), 0));
        await client.ConnectAsync(Site.Address.Host, Site.Address.Port);
        return client;
    }

    /// <summary>The one request that arrives at the web server when this is asked.</summary>
    internal async Task<RawRequest> ForwardedAsync(string request, string? from = null)
    {
        Upstream.Seen.Clear();
        string answer = await AskAsync(request, from);
        Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        return Assert.Single(Upstream.Seen);
    }

    /// <summary>A request that is refused: the connection is closed, and no whole request arrives at the web server.</summary>
    internal async Task RefusedAsync(string request, int status)
    {
        Upstream.Seen.Clear();
        string answer = await AskAsync(request);
        Assert.StartsWith($"HTTP/1.1 {status} ", answer, StringComparison.Ordinal);
        Assert.Single(answer.Split("HTTP/1.1 ", StringSplitOptions.RemoveEmptyEntries));
        Assert.Empty(Upstream.Seen);
    }
}
