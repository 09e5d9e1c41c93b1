using System.Diagnostics;
using ProxyGuard.Core.Diagnosis;

namespace ProxyGuard.Telling.Reports;

/// <summary>The words of a diagnosis that programs see, in JSON. A contract: they do not change with the names in the code.</summary>
internal static class DiagnosisNames
{
    /// <summary>As MySQL's upgrade checker spells them.</summary>
    public static string Of(Severity severity) => severity switch
    {
        Severity.Error => "Error",
        Severity.Warning => "Warning",
        Severity.Notice => "Notice",
        _ => throw new UnreachableException($"severity {severity}"),
    };

    public static string Of(Confidence confidence) => confidence switch
    {
        Confidence.Certain => "certain",
        Confidence.Likely => "likely",
        Confidence.Possible => "possible",
        _ => throw new UnreachableException($"confidence {confidence}"),
    };

    public static string Of(Danger danger) => danger switch
    {
        Danger.None => "none",
        Danger.Low => "low",
        Danger.Medium => "medium",
        Danger.High => "high",
        _ => throw new UnreachableException($"danger {danger}"),
    };

    public static string Of(StepTarget target) => target switch
    {
        StepTarget.Node => "node",
        StepTarget.Source => "source",
        StepTarget.Shell => "shell",
        _ => throw new UnreachableException($"step target {target}"),
    };
}
