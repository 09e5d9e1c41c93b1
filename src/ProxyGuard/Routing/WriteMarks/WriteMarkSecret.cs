using System.Security.Cryptography;
using System.Text;
using ProxyGuard.Core.Routing;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Telemetry;

namespace ProxyGuard.Routing.WriteMarks;

/// <summary>
/// What write marks are sealed with: the configured secret, else one of our own that is kept in the state directory. A new one costs
/// little: marks of before it are ignored, and a member who wrote just then may have to wait a moment for their own post.
/// </summary>
internal static class WriteMarkSecret
{
    private const string File = "write-marks.key";
    private const int MostBytes = 1024;

    public static MarkSeal SealOf(string? configured, StateDirectory state, ILogger log)
    {
        if (configured is not null)
            return new MarkSeal(SHA256.HashData(Encoding.UTF8.GetBytes(configured)));
        try
        {
            if (state.Read(File, MostBytes) is { } kept)
            {
                if (kept.Length == MarkSeal.SecretBytes)
                    return new MarkSeal(kept);
                log.NotRestored(File, $"it has {kept.Length} bytes instead of {MarkSeal.SecretBytes}; a new one is made");
            }
        }
        catch (Exception e) when (StateJson.IsUnreadable(e))
        {
            log.NotRestored(File, e.Message);
        }

        byte[] made = RandomNumberGenerator.GetBytes(MarkSeal.SecretBytes);
        try
        {
            state.Replace(File, made);
        }
        catch (IOException e)
        {
            log.NotStored(File, e);
        }

        return new MarkSeal(made);
    }
}
