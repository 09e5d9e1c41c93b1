using System.Collections.Immutable;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Operations;
using ProxyGuard.Probing;
using ProxyGuard.Sharing;

namespace ProxyGuard.Storage;

/// <summary>The hold of a single ProxyGuard. A file that cannot be read becomes a read-only hold that says so: losing it must not open the site by accident.</summary>
internal sealed class HoldFile(StateDirectory directory, GuardClock clock, ILogger<HoldFile> log) : IHoldStore
{
    private const string Name = "hold.json";

    public Hold? Load()
    {
        try
        {
            return directory.Read(Name) is { } json ? JsonSerializer.Deserialize(json, StateJson.Default.Hold) : null;
        }
        catch (Exception e) when (e is JsonException or IOException or UnauthorizedAccessException)
        {
            log.NotRecalled(Name, e.Message);
            return new Hold
            {
                Mode = HoldMode.ReadOnly,
                Reason = $"{directory.PathOf(Name)} could not be read ({e.Message}); writes are refused until somebody sets or releases the hold",
                Message = ImmutableSortedDictionary<string, string>.Empty,
                By = AuditLine.Automatic,
                Since = clock.UtcNow,
                EndsAt = null,
            };
        }
    }

    public void Save(Hold? hold)
    {
        if (hold is null)
            directory.Remove(Name);
        else
            directory.Replace(Name, JsonSerializer.SerializeToUtf8Bytes(hold, StateJson.Default.Hold));
    }
}
