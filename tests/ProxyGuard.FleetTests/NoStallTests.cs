using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;

namespace ProxyGuard.FleetTests;

/// <summary>Everything that looks like a primary that completes nothing and is none: the site stays open through all of it.</summary>
public sealed class NoStallTests(FleetHome home, ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private LogPosition? _head;
    private int _stood;

    [Theory]
    [InlineData("MariaDB 10.11", true)]
    [InlineData("MariaDB 10.11", false)]
    [InlineData("MySQL 9.7", false)]
    public Task Slow_uploads_hanging_upstreams_long_statements_and_row_locks_are_no_stalled_primary(string kind, bool seesOthers) =>
        LiveThroughAsync(kind, TimeSpan.FromSeconds(25), seesOthers);

    [Theory(Explicit = true)]
    [InlineData("MariaDB 10.11", true)]
    [InlineData("MariaDB 10.11", false)]
    [InlineData("MySQL 5.6", false)]
    [InlineData("MySQL 9.7", false)]
    public Task Slow_uploads_hanging_upstreams_long_statements_and_row_locks_stall_nothing_in_ten_minutes(string kind,
        bool seesOthers) =>
        LiveThroughAsync(kind, TimeSpan.FromMinutes(10), seesOthers);

    private async Task LiveThroughAsync(string name, TimeSpan time, bool seesOthers)
    {
        ServerKind kind = ServerKind.Named(name);
        // By statements even one that changes nothing is written down, and the head would never stand.
        await using GuardedFleet site = await GuardedFleet.StartAsync(
            home.DirectoryOrSkip(kind), new FleetSettings { Kind = kind, MoreServerArguments = ["--binlog-format=ROW"] }, replicaCount: 2);
        await using Upstream hanging = await Upstream.StartAsync("web0");
        hanging.Answer = async context => await Task.Delay(TimeSpan.FromSeconds(8), context.RequestAborted);
        await site.KillGuardAsync();
        site.Configuration =
            site.Configuration with
            {
                WebServers = [.. site.Configuration.WebServers,
                new WebServer("web0", hanging.Address, ("ReadsFrom", "db1"))]
            };
        if (seesOthers)
            await site.Fleet.GrantProcessToGuardAsync();
        await site.StartGuardAsync();
        await site.WaitForModeAsync("normal", Deadline);
        await site.Fleet.Primary.ExecuteAsync(
            "CREATE TABLE IF NOT EXISTS photos.slow (id BIGINT AUTO_INCREMENT PRIMARY KEY, v INT); INSERT INTO photos.slow (v) VALUES (1), (2), (3)");

        using var over = new CancellationTokenSource(time);
        CancellationToken stop = over.Token;
        DatabaseNode primary = site.Fleet.Primary;
        var closed = new List<StatusSeen>();
        int looks = 0;
        int longest = 0;
        Task Again(TimeSpan pause, Func<Task> act) => AgainAsync(pause, act, stop);
        Task[] load =
        [
            // Half of what they post meets the web server that hangs.
            .. Enumerable.Range(0, 6).Select(_ => Again(TimeSpan.FromSeconds(6), () => PostAsync(site, stop))),
            .. Enumerable.Range(0, 2).Select(
                _ => Again(TimeSpan.FromSeconds(1), () => UploadSlowlyAsync(site, TimeSpan.FromSeconds(15), stop))),
            Again(TimeSpan.FromSeconds(1), () => OnAsync(primary, "UPDATE photos.slow SET v = 3 WHERE id = 1 AND SLEEP(30) = 0", stop)),
            Again(TimeSpan.FromSeconds(3), () => OnAsync(primary, "INSERT INTO photos.slow (v) SELECT SLEEP(30)", stop)),
            Again(TimeSpan.FromMilliseconds(20), () => OnAsync(primary, "UPDATE photos.slow SET v = 1 WHERE id = -1", stop)),
            Again(TimeSpan.FromSeconds(1), () => ThinkAsync(primary, TimeSpan.FromSeconds(6), stop)),
            .. Enumerable.Range(0, 2).Select(
                _ => Again(TimeSpan.FromSeconds(2), () => OnAsync(primary, "UPDATE photos.slow SET v = 5 WHERE id = 2", stop))),
            Again(TimeSpan.FromMilliseconds(100), async () =>
            {
                StatusSeen status = await site.StatusAsync();
                looks++;
                if (status.Mode != "normal")
                    closed.Add(status);
                longest = Math.Max(longest, await StandsForAsync(primary));
            }),
        ];
        await Task.WhenAll(load);

        output.WriteLine($"{kind}, {time.TotalSeconds:0} s, {(seesOthers ? "with" : "without")} PROCESS: looked {looks} times, {closed.Count} of them not normal; "
            + $"{hanging.Seen.Count(seen => seen.Method == "POST")} writes hung in a web server; the head stood for up to {longest} looks in a row");
        Assert.True(longest >= 20, "the primary was never idle for two seconds, so nothing was shown");
        output.WriteLine(string.Join('\n', closed.Select(status => status.Cause).Distinct()));
        // On a machine that is busy with other things a probe may be late; that is another cause.
        Assert.DoesNotContain(closed, status => status.Cause == "primary-stalled");

        async Task<int> StandsForAsync(DatabaseNode node)
        {
            LogPosition head = await node.HeadAsync(CancellationToken.None);
            _stood = head == _head ? _stood + 1 : 0;
            _head = head;
            return _stood;
        }
    }

    private static async Task AgainAsync(TimeSpan pause, Func<Task> act, CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            try
            {
                await act();
                await Task.Delay(pause, stop);
            }
            catch (Exception e) when (
                stop.IsCancellationRequested && e is OperationCanceledException or HttpRequestException or MySqlException or IOException)
            {
                return;
            }
        }
    }

    // What fails is of no interest here, only whether the site stays open.
    private static async Task PostAsync(GuardedFleet site, CancellationToken stop)
    {
        using var form = new FormUrlEncodedContent([new("text", "hello")]);
        using HttpResponseMessage answer = await site.Http.PostAsync(new Uri("/photos/1/comments", UriKind.Relative), form, stop);
    }

    private static async Task UploadSlowlyAsync(GuardedFleet site, TimeSpan time, CancellationToken stop)
    {
        using var body = new MultipartFormDataContent { { new StreamContent(new SlowStream(time, stop)), "photo", "photo.jpg" } };
        using var upload = new HttpRequestMessage(HttpMethod.Post, "/upload") { Content = body };
        using HttpResponseMessage answer = await site.Http.SendAsync(upload, stop);
    }

    private static async Task OnAsync(DatabaseNode node, string sql, CancellationToken stop)
    {
        await using MySqlConnection connection = await node.ConnectAsync(stop);
        await using var command = new MySqlCommand(sql, connection) { CommandTimeout = 120 };
        await command.ExecuteNonQueryAsync(stop);
    }

    private static async Task ThinkAsync(DatabaseNode node, TimeSpan time, CancellationToken stop)
    {
        await using MySqlConnection connection = await node.ConnectAsync(stop);
        await using MySqlTransaction transaction = await connection.BeginTransactionAsync(stop);
        await using var command = new MySqlCommand("UPDATE photos.slow SET v = v + 1 WHERE id = 2", connection, transaction);
        await command.ExecuteNonQueryAsync(stop);
        await Task.Delay(time, stop);
        await transaction.CommitAsync(stop);
    }

    /// <summary>A photo over a bad line: a hundred bytes now and then.</summary>
    private sealed class SlowStream(TimeSpan time, CancellationToken stop) : Stream
    {
        private const int Pieces = 100;
        private int _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (_read++ == Pieces)
                return 0;
            await Task.Delay(time / Pieces, stop);
            return Math.Min(100, buffer.Length);
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override void Flush()
        {
        }
    }
}
