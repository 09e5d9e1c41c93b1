using ProxyGuard.Tests.Ground.Settings;

namespace ProxyGuard.Tests.Commands;

/// <summary>Before, what would change; then that it has; and status says meanwhile that the file differs.</summary>
public class ReloadCommandTests
{
    [Fact]
    public async Task An_edit_is_compared_told_by_status_and_reloaded()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        string file = managed.Site.ConfigurationPath;
        Assert.Equal("Nothing is different from what was in force.\n", (await managed.CompareAsync(file)).Output);
        await managed.Site.EditAsync(json =>
        {
            json.Put("ProxyGuard:Freshness:MaxLag", "00:00:09");
            json.Put("ProxyGuard:Probe:Interval", "00:00:02");
        });

        Told compared = await managed.CompareAsync(file);
        Told status = await managed.StatusAsync();
        Told reloaded = await managed.ReloadAsync();
        Told left = await managed.StatusAsync();

        const string Changes = "at once          ProxyGuard:Freshness:MaxLag = 00:00:09 (new)\n"
            + "after a restart  ProxyGuard:Probe:Interval = 00:00:02 (new)\n";
        Assert.Equal((0, Changes), (compared.ExitCode, compared.Output));
        Assert.Contains("in 2 options", OneLine(status), StringComparison.Ordinal);
        Assert.Equal((0, $"{file} is in force.\n{Changes}"), (reloaded.ExitCode, reloaded.Output));
        Assert.Contains("1 option that was reloaded waits for a restart", OneLine(left), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_is_told_by_all_three_and_another_file_is_named()
    {
        await using ManagedSite managed = await ManagedSite.StartAsync();
        await managed.Site.EditAsync(json => json.Put("ProxyGuard:Freshness:MaxLag", "9"));

        Told compared = await managed.CompareAsync("elsewhere.json");
        Told status = await managed.StatusAsync();
        Told reloaded = await managed.ReloadAsync();

        Assert.Contains($"reads {managed.Site.ConfigurationPath}, not this file", compared.Output, StringComparison.Ordinal);
        Assert.Contains("FAIL  ProxyGuard:Freshness:MaxLag is 9 but must be", compared.Output, StringComparison.Ordinal);
        Assert.Contains("ProxyGuard:Freshness:MaxLag is 9", OneLine(status), StringComparison.Ordinal);
        Assert.Equal((2, ""), (reloaded.ExitCode, reloaded.Output));
        Assert.Contains("ProxyGuard:Freshness:MaxLag is 9 but must be", reloaded.Errors, StringComparison.Ordinal);
    }

    private static string OneLine(Told told) => string.Join(' ', told.Output.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
