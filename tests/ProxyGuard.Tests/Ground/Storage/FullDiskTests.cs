using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Ground.Storage;

/// <summary>A volume that is really full, at every write of the state directory: each is told, and none opens a site that was closed.</summary>
public sealed class FullDiskTests : IAsyncLifetime
{
    private readonly string _home = Directory.CreateTempSubdirectory("proxyguard-full-").FullName;
    private FullVolume? _volume;

    private string Home => _volume!.Directory;

    public async ValueTask InitializeAsync()
    {
        (_volume, string why) = await FullVolume.TryMountAsync(Path.Combine(_home, "volume"), bytes: 256 << 10, taken: 0);
        Assert.SkipWhen(_volume is null, why);
    }

    public async ValueTask DisposeAsync()
    {
        if (_volume is not null)
            await _volume.DisposeAsync();
        Directory.Delete(_home, recursive: true);
    }

    [Fact]
    public async Task A_hold_closes_the_site_on_a_full_disk_and_is_stored_once_there_is_room()
    {
        await using GuardedSite site = await StartWellAsync();
        _volume!.Fill();

        JsonElement answer = await PutAsync(site, "maintenance");

        Assert.Equal(SiteMode.Maintenance, site.View.Mode);
        Assert.False(answer.GetProperty("survivesRestart").GetBoolean());
        Assert.Contains("No space left", answer.GetProperty("storageFault").GetString(), StringComparison.Ordinal);
        Assert.False((await HealthAsync(site)).GetProperty("survivesRestart").GetBoolean());
        Assert.Contains("proxyguard_hold_survives_restart 0", await site.Management.GetStringAsync("/metrics"), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await site.Http.GetAsync("/")).StatusCode);

        _volume.GiveRoom();
        await site.TickAsync(25);

        Assert.True((await HealthAsync(site)).GetProperty("survivesRestart").GetBoolean());
        Assert.Contains("Maintenance", await File.ReadAllTextAsync(Path.Combine(site.StateDirectory, "hold.json")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hold_is_released_on_a_full_disk()
    {
        await using GuardedSite site = await StartWellAsync();
        await PutAsync(site, "read-only");
        _volume!.Fill();

        using HttpResponseMessage answer = await site.Management.DeleteAsync("/api/v1/maintenance");

        Assert.True((await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("survivesRestart").GetBoolean());
        Assert.Equal(SiteMode.Normal, site.View.Mode);
        Assert.False(File.Exists(Path.Combine(site.StateDirectory, "hold.json")));
    }

    [Theory]
    [InlineData("""{"mode":"ReadOnly","reason":"disks","message":{},"by":"anna","since":"2026-11-22T20:00:00+00:00","endsAt":null}""", SiteMode.ReadOnly)]
    [InlineData("{ cut off", SiteMode.Maintenance)]
    public async Task A_start_on_a_full_disk_goes_by_the_hold_that_is_there_and_so_does_the_next(string hold, SiteMode mode)
    {
        await using (GuardedSite first = await StartWellAsync())
            await File.WriteAllTextAsync(Path.Combine(first.StateDirectory, "hold.json"), hold);
        await File.WriteAllTextAsync(Path.Combine(Home, "proxyguard.json"), new string(' ', 8000));
        _volume!.Fill(pagesLeft: 0);
        for (int start = 0; start < 2; start++)
        {
            await using GuardedSite site = await GuardedSite.StartAsync(Home);
            await site.TickAsync(5);

            Assert.Equal((start, mode), (start, site.View.Mode));
        }
    }

    /// <summary>
    /// The disk gets full in the middle: after a page, after two and so on. Whatever could not be written, the site is closed at once, and
    /// after a restart it is closed too, for it was before.
    /// </summary>
    [Fact]
    public async Task However_much_room_is_left_a_closed_site_stays_closed_over_a_restart()
    {
        await using (GuardedSite first = await StartWellAsync())
            await PutAsync(first, "read-only");
        HashSet<bool> outcomes = [];
        for (int pages = 0; pages < 8; pages++)
        {
            _volume!.GiveRoom();
            await using (GuardedSite site = await GuardedSite.StartAsync(Home))
            {
                await site.TickAsync(5);
                _volume.Fill(pages);
                JsonElement answer = await PutAsync(site, "maintenance", reason: new string('x', 2000));
                bool survives = answer.GetProperty("survivesRestart").GetBoolean();
                outcomes.Add(survives);
                Assert.Equal((pages, SiteMode.Maintenance), (pages, site.View.Mode));
                // What could not be written has taken no room, and what was there is whole.
                string stored = await File.ReadAllTextAsync(Path.Combine(site.StateDirectory, "hold.json"));
                Assert.Equal((pages, survives), (pages, stored.Contains("Maintenance", StringComparison.Ordinal)));
                Assert.False(File.Exists(Path.Combine(site.StateDirectory, "hold.json.new")));
            }

            _volume.GiveRoom();
            await using GuardedSite again = await GuardedSite.StartAsync(Home);
            await again.TickAsync(5);
            Assert.NotEqual((pages, SiteMode.Normal), (pages, again.View.Mode));
            Assert.Empty(Directory.GetFiles(again.StateDirectory, "*.unreadable-*"));
            await PutAsync(again, "read-only", reason: "");
        }

        Assert.Equal(2, outcomes.Count);
    }

    private async Task<GuardedSite> StartWellAsync()
    {
        GuardedSite site = await GuardedSite.StartAsync(Home);
        await site.TickAsync(5);
        return site;
    }

    private static async Task<JsonElement> PutAsync(GuardedSite site, string mode, string reason = "disks")
    {
        using HttpResponseMessage answer = await site.Management.PutAsJsonAsync("/api/v1/maintenance", new { mode, reason });
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.Content.ReadFromJsonAsync<JsonElement>();
    }

    private static async Task<JsonElement> HealthAsync(GuardedSite site) =>
        await site.Management.GetFromJsonAsync<JsonElement>("/health");
}
