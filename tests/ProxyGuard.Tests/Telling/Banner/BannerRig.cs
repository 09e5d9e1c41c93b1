using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ProxyGuard.Telling.Banner;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Transforms.Builder;

namespace ProxyGuard.Tests.Telling.Banner;

/// <summary>A client, a proxy and an upstream on real sockets.</summary>
internal sealed class BannerRig : IAsyncDisposable
{
    public static readonly BannerTag Tag = new("/_proxyguard/", "0123456789ab");
    public static readonly string TagText = Encoding.ASCII.GetString(Tag.Bytes(null).Span);

    private readonly WebApplication _upstream;
    private readonly WebApplication _proxy;
    private readonly HttpClient _client;

    private BannerRig(WebApplication upstream, WebApplication proxy, BannerCounts counts)
    {
        (_upstream, _proxy, Counts) = (upstream, proxy, counts);
        _client = new HttpClient(new SocketsHttpHandler { UseProxy = false, UseCookies = false }) { BaseAddress = Address(proxy) };
    }

    public BannerCounts Counts { get; }

    /// <param name="answer">What the upstream does with a request.</param>
    /// <param name="isOn">The switch; null for a proxy that has never heard of banners.</param>
    public static async Task<BannerRig> StartAsync(RequestDelegate answer, bool? isOn = true)
    {
        WebApplication upstream = Listen(_ => { });
        upstream.Run(answer);
        await upstream.StartAsync();
        var counts = new BannerCounts();
        WebApplication proxy = Listen(services => AddProxy(services, Address(upstream), isOn, counts));
        proxy.MapReverseProxy();
        await proxy.StartAsync();
        return new BannerRig(upstream, proxy, counts);
    }

    /// <summary>Reads a page to its end: its bytes, and by how many the memory grew at the most meanwhile.</summary>
    public static async Task<(long Total, long Grown)> MeasureAsync(HttpResponseMessage response)
    {
        CancellationToken stop = TestContext.Current.CancellationToken;
        await using Stream body = await response.Content.ReadAsStreamAsync(stop);
        long before = GC.GetTotalMemory(forceFullCollection: true), most = 0, total = 0;
        byte[] buffer = new byte[1 << 16];
        int count;
        while ((count = await body.ReadAsync(buffer, stop)) > 0)
        {
            total += count;
            most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: false));
        }

        return (total, most - before);
    }

    public async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path = "/", params (string Name, string Value)[] headers)
    {
        using HttpRequestMessage request = new(method, path);
        foreach ((string name, string value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
    }

    /// <summary>What a browser sends when somebody clicks a link.</summary>
    public Task<HttpResponseMessage> NavigateAsync(params (string Name, string Value)[] more) =>
        NavigateAsync("gzip, br", more);

    public Task<HttpResponseMessage> NavigateAsync(string codings, params (string Name, string Value)[] more) =>
        SendAsync(HttpMethod.Get, "/", [("Sec-Fetch-Dest", "document"), ("Accept-Encoding", codings), .. more]);

    /// <summary>Every byte of an answer, head and all, as it came over the wire; and <c>[reset]</c> if that is how it ended.</summary>
    public async Task<string> ReadRawAsync(string requestLine, params (string Name, string Value)[] headers)
    {
        using TcpClient tcp = new();
        Uri address = Address(_proxy);
        await tcp.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
        string head = string.Concat(headers.Select(header => $"{header.Name}: {header.Value}\r\n"));
        NetworkStream stream = tcp.GetStream();
        byte[] request = Encoding.ASCII.GetBytes($"{requestLine}\r\nHost: site\r\nConnection: close\r\n{head}\r\n");
        await stream.WriteAsync(request, TestContext.Current.CancellationToken);
        using MemoryStream bytes = new();
        try
        {
            await stream.CopyToAsync(bytes, TestContext.Current.CancellationToken);
        }
        catch (IOException e) when (e.InnerException is SocketException)
        {
            bytes.Write("[reset]"u8);
        }

        return Encoding.Latin1.GetString(bytes.ToArray());
    }

    // Otherwise nothing was sent yet and it is a plain 502, or the last chunk is missing.
    public static bool LooksWhole(string raw) => raw.StartsWith("HTTP/1.1 200", StringComparison.Ordinal)
        && (raw.EndsWith("0\r\n\r\n", StringComparison.Ordinal) || !raw.Contains("chunked", StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _proxy.DisposeAsync();
        await _upstream.DisposeAsync();
    }

    private static WebApplication Listen(Action<IServiceCollection> add)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, 0);
        });
        add(builder.Services);
        return builder.Build();
    }

    private static void AddProxy(IServiceCollection services, Uri upstream, bool? isOn, BannerCounts counts)
    {
        services.AddReverseProxy().LoadFromMemory(
            [new RouteConfig { RouteId = "all", ClusterId = "site", Match = new RouteMatch { Path = "{**rest}" } }],
            [
                new ClusterConfig
                {
                    ClusterId = "site",
                    Destinations = new Dictionary<string, DestinationConfig> { ["one"] = new() { Address = upstream.ToString() } },
                },
            ]);
        if (isOn is { } on)
            services.AddSingleton<ITransformProvider>(new BannerTransforms(() => Tag, new FixedSwitch(on), counts));
    }

    private static Uri Address(WebApplication app) =>
        new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

    private sealed class FixedSwitch(bool isOn) : IBannerSwitch
    {
        public bool IsOn => isOn;
    }
}
