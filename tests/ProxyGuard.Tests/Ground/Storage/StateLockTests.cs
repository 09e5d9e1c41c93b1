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
        Assert.True(File.Exists(Path.Combine(next.StateDirectory, "owner")));
    }

    /// <summary>Whoever cleans up in the directory takes the lock from nobody.</summary>
    [Fact]
    public async Task Removing_every_file_of_the_directory_lets_no_second_one_in()
    {
        await using GuardedSite first = await GuardedSite.StartAsync(_home);
        foreach (string file in Directory.GetFiles(first.StateDirectory))
            File.Delete(file);

        IOException refused = await Assert.ThrowsAsync<IOException>(() => GuardedSite.StartAsync(_home));

        Assert.Contains("which one is not known", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_link_in_the_place_of_the_owners_name_is_not_followed()
    {
        string state = Path.Combine(_home, "state");
        Directory.CreateDirectory(state);
        string target = Path.Combine(_home, "target");
        File.WriteAllText(target, "precious");
        File.CreateSymbolicLink(Path.Combine(state, "owner"), target);

        using var directory = new StateDirectory(state);

        Assert.Equal("precious", File.ReadAllText(target));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);
}
