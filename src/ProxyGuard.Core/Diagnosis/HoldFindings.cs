using System.Globalization;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;

namespace ProxyGuard.Core.Diagnosis;

/// <summary>A hold that outlives its reason: nothing is wrong any more, and nothing will release it but a person who remembers.</summary>
internal static class HoldFindings
{
    /// <param name="isWell">Whether the probes alone would let writes through.</param>
    public static IEnumerable<Finding> Of(Hold? hold, bool isWell)
    {
        if (hold is not { EndsAt: null } || !isWell)
            yield break;
        ServerVersion none = ServerVersion.Parse("");
        var scene = new Scene { Server = none, SourceServer = none, UsesGtid = false };
        yield return scene.With(
                ("mode", PublicNames.Of(hold.Mode)), ("by", hold.By), (
                    "began", hold.Since.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture)),
                ("reason", hold.Reason.Length > 0 ? hold.Reason : Scene.Unknown("reason")))
            .Finding(FindingKinds.HoldWithoutEnd, Confidence.Certain,
                [StepKinds.ReleaseHold.With("dotnet ProxyGuard.dll release")]);
    }
}
