using Microsoft.Extensions.Logging.Abstractions;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Deciding.Guarding;
using ProxyGuard.Ground.Storage;
using ProxyGuard.Ground.Time;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Deciding.Guarding;

/// <summary>A disk that neither takes a hold nor says no: a network file system whose server is gone.</summary>
public sealed class HangingDiskTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_hold_is_waited_for_half_a_second_and_stored_when_the_disk_goes_on_the_last_one_of_several()
    {
        var disk = new HangingStore();
        var state = new GuardState(disk, memory: null!, new GuardClock(TimeProvider.System), NullLogger<GuardState>.Instance);

        await state.SaveAsync(HoldOf("first")).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Equal("the disk has not answered for 0.5 s", state.StorageFault);
        await state.SaveAsync(HoldOf("second")).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await state.SaveAsync(HoldOf("third")).WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.NotNull(state.StorageFault);

        disk.GoesOn.Set();
        await Eventually.HappensAsync("it is stored", Deadline, () => state.StorageFault is null);

        Assert.Equal("third", disk.Stored!.Reason);
        Assert.Equal(2, disk.Writes);
        await state.SaveAsync(null);
        Assert.Null(disk.Stored);
    }

    private static Hold HoldOf(string reason) => new()
    {
        Mode = HoldMode.Maintenance,
        Reason = reason,
        Message = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty,
        By = "tests",
        Since = DateTimeOffset.UnixEpoch,
        EndsAt = null,
    };

    private sealed class HangingStore : IHoldStore
    {
        public ManualResetEventSlim GoesOn { get; } = new();

        public Hold? Stored { get; private set; }

        public int Writes { get; private set; }

        public Hold? Load() => null;

        public void Save(Hold? hold)
        {
            GoesOn.Wait(Deadline);
            Writes++;
            Stored = hold;
        }
    }
}
