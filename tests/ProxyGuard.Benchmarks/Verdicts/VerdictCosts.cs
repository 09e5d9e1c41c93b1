using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace ProxyGuard.Benchmarks.Verdicts;

/// <param name="Median">In nanoseconds.</param>
/// <param name="Least">In nanoseconds: what it costs while nobody else wants the processor.</param>
/// <param name="Bytes">Allocated by one call.</param>
internal sealed record Cost(double Median, double Least, long Bytes);

/// <summary>The verdict's cost by BenchmarkDotNet, in this process: it builds nothing and takes ten seconds.</summary>
internal static class VerdictCosts
{
    /// <summary>By the name of the benchmark.</summary>
    /// <param name="directory">Where BenchmarkDotNet writes what it has to say.</param>
    public static IReadOnlyDictionary<string, Cost> Measure(string directory)
    {
        using var log = new StreamLogger(Path.Combine(directory, "verdict.log"));
        Job job = Job.Default
            .WithToolchain(InProcessEmitToolchain.Instance)
            // Many short ones: each fits between two interruptions, so that the least of them is not disturbed.
            .WithWarmupCount(10)
            .WithIterationCount(100)
            .WithIterationTime(TimeInterval.FromMilliseconds(10));
        IConfig config = ManualConfig.CreateEmpty()
            .AddJob(job)
            .AddLogger(log)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .WithArtifactsPath(directory);

        Summary summary = BenchmarkRunner.Run<VerdictBenchmarks>(config);
        if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => report.ResultStatistics is null))
            throw new MeasuringException($"The verdict could not be measured; see {Path.Combine(directory, "verdict.log")}");
        return summary.Reports.ToDictionary(report => report.BenchmarkCase.Descriptor.WorkloadMethod.Name, CostIn);
    }

    private static Cost CostIn(BenchmarkReport report) =>
        new(
            report.ResultStatistics!.Median,
            report.ResultStatistics.Min,
            report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? throw new MeasuringException("no memory diagnoser"));
}
