using MySqlConnector;
using Polly;
using Polly.Retry;
using Polly.Timeout;
using ProxyGuard.Core.Guarding;

namespace ProxyGuard.Seeing.Probing;

/// <summary>Every resilience pipeline there is, one per dependency.</summary>
internal static class Pipelines
{
    /// <summary>
    /// One probe of one node: a deadline for everything, and within it one more attempt when the kept connection turns out to be dead or a
    /// new one is refused. A failed attempt never shows as success; the reading is what the last attempt saw.
    /// </summary>
    public static ResiliencePipeline ForProbe(ProbeRules rules, TimeProvider time) =>
        new ResiliencePipelineBuilder { TimeProvider = time, Name = "probe" }
            .AddTimeout(new TimeoutStrategyOptions { Timeout = rules.Timeout })
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = 1,
                Delay = TimeSpan.Zero,
                ShouldHandle = new PredicateBuilder().Handle<MySqlException>(e => e.IsTransient),
            })
            .Build();
}
