using System.Diagnostics.CodeAnalysis;
using System.Net;

namespace ProxyGuard.Demo.Site;

/// <summary>A small web server inside this process: on loopback, silent, and ended by its host rather than by a signal.</summary>
internal static class LoopbackApp
{
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(2);

    /// <param name="port">0 takes a free one.</param>
    public static WebApplication Create(int port)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { EnvironmentName = Environments.Production });
        builder.Services.AddRouting();
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        // Nothing of the surroundings is read: ASPNETCORE_URLS is meant for others.
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        return builder.Build();
    }

    /// <summary>In-flight requests have two seconds to end; the rest of them is cut off.</summary>
    public static async Task StopAsync(WebApplication app)
    {
        using var patience = new CancellationTokenSource(ShutdownTimeout);
        try
        {
            await app.StopAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            // Disposing of it ends what is left.
        }
        await app.DisposeAsync();
    }

    [SuppressMessage("Performance", "CA1812", Justification = "Created by the container.")]
    private sealed class NoSignals : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
