using System.Net;

namespace ProxyGuard.FleetTests.Applications;

/// <summary>The primary is gone, and the replicas have all it wrote.</summary>
[Collection(nameof(SharesTheApplications))]
public sealed class PrimaryAwayTests(ApplicationFleet fleet, ITestOutputHelper output)
{
    [Fact]
    public Task Strangers_read_a_WordPress_while_the_primary_is_away() =>
        ReadAsync(new WordPress(), ["/", "/hello-world/", "/feed/", "/?s=hello", "/wp-json/wp/v2/posts", "/wp-login.php"]);

    [Fact]
    public Task Strangers_read_a_MediaWiki_while_the_primary_is_away() =>
        ReadAsync(new MediaWiki(), ["/index.php?title=Main_Page", "/index.php?title=Main_Page&action=history", "/index.php?title=Special:RecentChanges"]);

    private async Task ReadAsync(Application application, string[] pages)
    {
        await fleet.OpenAsync(application);
        await fleet.RestoreAsync(application);
        await fleet.Site.Faults.StopPrimaryAsync();
        try
        {
            await fleet.Site.WaitForModeAsync("read-only", ApplicationFleet.Deadline);
            using Visitor stranger = fleet.Member();
            var seen = new List<Answer>();
            foreach (string page in pages)
                seen.Add(await stranger.GetAsync(page));

            foreach (Answer answer in seen)
                output.WriteLine(answer.ToString());
            Assert.All(seen, answer => Assert.Equal(HttpStatusCode.OK, answer.Status));
        }
        finally
        {
            await fleet.Site.Faults.MendAllAsync();
        }
    }
}
