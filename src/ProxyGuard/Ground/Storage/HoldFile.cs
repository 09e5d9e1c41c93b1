using System.Collections.Immutable;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Ground.Telemetry;
using ProxyGuard.Ground.Time;

namespace ProxyGuard.Ground.Storage;

/// <summary>The form of hold.json. A field more or less is of another version, or damage: both mean that we do not know what is in
/// force.</summary>
internal sealed record HoldForm
{
    public const int Current = 1;

    public required HoldMode Mode { get; init; }

    public required string Reason { get; init; }

    public required Dictionary<string, string> Message { get; init; }

    public required string By { get; init; }

    public required DateTimeOffset Since { get; init; }

    public required DateTimeOffset? EndsAt { get; init; }

    /// <summary>Of the form; null in files of before it was written.</summary>
    public int? Version { get; init; }
}

/// <summary>
/// The hold of a single ProxyGuard. A file that cannot be read becomes the strictest hold that it can mean, which is maintenance, and says
/// so: losing it must not open the site
/// by accident.
/// </summary>
internal sealed class HoldFile(StateDirectory directory, GuardClock clock, ILogger<HoldFile> log) : IHoldStore
{
    private const string Name = "hold.json";

    // A hold has a reason and a message in three languages, of 2,000 characters each.
    private const int MostBytes = 256 * 1024;

    public Hold? Load()
    {
        try
        {
            return directory.Read(Name, MostBytes) is { } json ? HoldOf(json) : null;
        }
        catch (Exception e) when (StateJson.IsUnreadable(e))
        {
            log.NotRestored(Name, e.Message);
            var strictest = new Hold
            {
                Mode = HoldMode.Maintenance,
                Reason =
                    $"{directory.PathOf(Name)} could not be read ({e.Message}); the site is closed until somebody sets or releases the hold",
                Message = ImmutableSortedDictionary<string, string>.Empty,
                By = AuditLine.Automatic,
                Since = clock.UtcNow,
                EndsAt = null,
            };
            if (!directory.OnlyReads)
                PutInPlace(strictest);
            return strictest;
        }
    }

    public void Save(Hold? hold)
    {
        if (hold is null)
            directory.Remove(Name);
        else
            directory.Replace(Name, Form(hold));
    }

    /// <summary>So that the next start closes the site too; what could not be read is kept beside it. Where that cannot be, the file itself
    /// goes on closing it.</summary>
    private void PutInPlace(Hold strictest)
    {
        try
        {
            log.SetAside(Name, directory.ReplaceUnreadable(Name, Form(strictest), clock.UtcNow));
        }
        catch (IOException e)
        {
            log.NotStored(Name, e);
        }
    }

    private static Hold HoldOf(byte[] json)
    {
        HoldForm form = JsonSerializer.Deserialize(json, StateJson.Default.HoldForm) ?? throw new JsonException("it says null");
        if (form.Version is not (null or HoldForm.Current))
            throw new JsonException($"it is of version {form.Version}; this ProxyGuard knows version {HoldForm.Current}");
        if (!Enum.IsDefined(form.Mode))
            throw new JsonException("its mode is none that there is");
        if (form.Message.ContainsValue(null!))
            throw new JsonException("its message has a language without a text");
        return new Hold
        {
            Mode = form.Mode,
            Reason = form.Reason,
            Message = form.Message.ToImmutableSortedDictionary(StringComparer.Ordinal),
            By = form.By,
            Since = form.Since,
            EndsAt = form.EndsAt,
        };
    }

    private static byte[] Form(Hold hold) => JsonSerializer.SerializeToUtf8Bytes(
        new HoldForm
        {
            Mode = hold.Mode,
            Reason = hold.Reason,
            Message = hold.Message.ToDictionary(),
            By = hold.By,
            Since = hold.Since,
            EndsAt = hold.EndsAt,
            Version = HoldForm.Current,
        },
        StateJson.Default.HoldForm);
}
