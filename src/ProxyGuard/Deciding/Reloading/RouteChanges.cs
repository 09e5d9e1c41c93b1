using Yarp.ReverseProxy.Configuration;

namespace ProxyGuard.Deciding.Reloading;

/// <summary>Hears whether YARP has taken what it was given: it does so by itself, some moments later.</summary>
internal sealed class RouteChanges : IConfigChangeListener
{
    // Some milliseconds, even with hundreds of routes.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private TaskCompletionSource<string?>? _next;

    /// <summary>Makes a change and waits for YARP. One at a time.</summary>
    /// <returns>Null when it has taken it; else why not.</returns>
    public async Task<string?> AfterAsync(Action change)
    {
        var next = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _next, next);
        change();
        try
        {
            return await next.Task.WaitAsync(Patience).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            return $"no word of it within {Patience.TotalSeconds:0} s";
        }
    }

    public void ConfigurationLoaded(IReadOnlyList<IProxyConfig> proxyConfigs)
    {
        // Not before it is applied.
    }

    public void ConfigurationLoadingFailed(IProxyConfigProvider configProvider, Exception exception) => Tell(exception.Message);

    public void ConfigurationApplied(IReadOnlyList<IProxyConfig> proxyConfigs) => Tell(null);

    public void ConfigurationApplyingFailed(IReadOnlyList<IProxyConfig> proxyConfigs, Exception exception) =>
        Tell((exception as AggregateException)?.InnerExceptions[0].Message ?? exception.Message);

    private void Tell(string? why) => Volatile.Read(ref _next)?.TrySetResult(why);
}
