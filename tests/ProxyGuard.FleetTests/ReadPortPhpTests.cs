using ProxyGuard.Demo.Fleet;
using static ProxyGuard.FleetTests.ReadPortFleet;

namespace ProxyGuard.FleetTests;

/// <summary>The clients that the read port is there for: PHP, a connection a page, or one that is kept.</summary>
public sealed class ReadPortPhpTests(FleetHome home, ITestOutputHelper output)
{
    private const int Pages = 500;

    // Each page says which server its own connection and the kept one are to, and how many milliseconds its connection, two queries and the
    // closing took.
    private const string Site = """
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        [, $host, $port, $user, $password] = $argv;
        stream_set_blocking(STDIN, false);
        for (; !feof(STDIN); fgets(STDIN)) {
            try {
                $start = hrtime(true);
                $db = new mysqli($host, $user, $password, 'photos', (int)$port);
                $server = $db->query('SELECT @@server_id')->fetch_row()[0];
                $photos = $db->query('SELECT id, title, author FROM photos')->fetch_all();
                $db->close();
                $took = (hrtime(true) - $start) / 1e6;
                $kept = new PDO("mysql:host=$host;port=$port;dbname=photos", $user, $password, [PDO::ATTR_PERSISTENT => true]);
                printf("%d %d %.3f\n", $server, $kept->query('SELECT @@server_id')->fetchColumn(), count($photos) > 0 ? $took : -1);
            } catch (Throwable $e) {
                echo 'FAILED ', $e->getMessage(), "\n";
            }
            usleep(5000);
        }
        """;

    private readonly List<(int Server, int Kept, double Milliseconds)> _pages = [];

    [Fact]
    public async Task A_PHP_site_notices_nothing_while_a_replica_stops_and_comes_back()
    {
        PhpScript.SkipUnlessInstalled();
        await using ReadPortFleet fleet = await StartAsync(home.DirectoryOrSkip());
        DatabaseNode db2 = fleet.Site.Fleet.Replicas[0];
        long start = TimeProvider.System.GetTimestamp();
        await using PhpScript site = PhpScript.Start(Site, PhpScript.Connection(fleet.Port, fleet.App));

        await ReadAsync(site, until: () => _pages.Count >= 100);
        await fleet.StopApplyingAsync(db2);
        // What was said before is in a pipe.
        await ReadAsync(site, until: () => _pages.Count >= 300);
        int stopped = _pages.Count;
        await ReadAsync(site, until: () => _pages.Count >= stopped + 100);
        await db2.ExecuteAsync(db2.Kind.Words.Start);
        await ReadAsync(site, until: () => _pages.Count >= Pages && _pages[^1].Server == db2.ServerId);
        site.Finish();
        await ReadAsync(site, until: () => false);

        List<double> took = [.. _pages.Select(page => page.Milliseconds).Order()];
        output.WriteLine(
            $"{_pages.Count} pages in {TimeProvider.System.GetElapsedTime(start).TotalSeconds:0.0} s; a page's connection, two queries and closing: {took[took.Count / 2]:0.00} ms at the median, {took[took.Count * 99 / 100]:0.00} of 99 %");
        Assert.Equal([2, 3], _pages.Take(100).Select(page => page.Server).Distinct().Order());
        Assert.Equal([3], _pages.Skip(stopped).Take(100).Select(page => page.Server).Distinct());
        Every.One(_pages, page => page.Kept is 2 or 3 && page.Milliseconds > 0);
    }

    private async Task ReadAsync(PhpScript site, Func<bool> until)
    {
        while (!until() && await site.LineAsync() is { } line)
        {
            Assert.False(
                line.StartsWith("FAILED", StringComparison.Ordinal) || line.StartsWith("PHP", StringComparison.Ordinal),
                $"page {_pages.Count}: {line}");
            string[] said = line.Split(' ');
            _pages.Add((int.Parse(said[0], Invariant), int.Parse(said[1], Invariant), double.Parse(said[2], Invariant)));
        }
    }

    private static IFormatProvider Invariant => System.Globalization.CultureInfo.InvariantCulture;
}
