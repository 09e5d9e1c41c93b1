using ProxyGuard.Ground.Storage;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Storage;

/// <summary>Of two ProxyGuards on one directory the second one says who has it, and ends.</summary>
public sealed class StateLockTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("proxyguard-lock-").FullName;

    [Fact]
    public async Task A_second_ProxyGuard_on_a_state_directory_names_the_first_and_does_not_start()
    {
        await using (GuardedSite first = await GuardedSite.StartAsync(_home))
        {
            IOException refused = await Assert.ThrowsAsync<IOException>(() => GuardedSite.StartAsync(_home));

            Assert.Contains($"process {Environment.ProcessId} on {Environment.MachineName}, since 20", refused.Message, StringComparison.Ordinal);
            Assert.Contains("ProxyGuard:State:Directory", refused.Message, StringComparison.Ordinal);
            Assert.Contains(first.StateDirectory, refused.Message, StringComparison.Ordinal);
            // It has taken nothing away.
            await first.TickAsync(3);
            Assert.Empty(new StateDirectory(first.StateDirectory, onlyReads: true).Remarks);
        }

        // What the first one left behind keeps nobody out.
        await using GuardedSite next = await GuardedSite.StartAsync(_home);
        Assert.True(File.Exists(Path.Combine(next.StateDirectory, "lock")));
    }

    [Fact]
    public void A_lock_file_that_is_a_link_is_not_followed()
    {
        string state = Path.Combine(_home, "state");
        Directory.CreateDirectory(state);
        string target = Path.Combine(_home, "target");
        File.WriteAllText(target, "precious");
        File.CreateSymbolicLink(Path.Combine(state, "lock.owner"), target);
        File.CreateSymbolicLink(Path.Combine(state, "lock"), target);

        Assert.Throws<IOException>(() => new StateDirectory(state));

        Assert.Equal("precious", File.ReadAllText(target));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
