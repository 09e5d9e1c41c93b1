using Microsoft.Extensions.Logging.Abstractions;
using MySqlConnector;
using ProxyGuard.Core.Guarding;
using ProxyGuard.Core.Replication;
using ProxyGuard.Ground.Time;
using ProxyGuard.Seeing.Examination;
using ProxyGuard.Seeing.Probing;
using ProxyGuard.Testing;

namespace ProxyGuard.Tests.Seeing.Probing;

/// <summary>What a probe leaves behind in a server that does not answer as it should.</summary>
public sealed class SessionTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);
    private static readonly ProbeRules Rules =
        new() { Interval = TimeSpan.FromMilliseconds(200), Timeout = TimeSpan.FromMilliseconds(150) };

    [Fact]
    public async Task A_hanging_status_statement_occupies_only_one_extra_session()
    {
        await using var server = new FakeMySql();
        await using var probe = new Probe(server);
        await probe.UntilAsync(reading => reading is NodeReading.Answered);

        server.StatusHangs = true;
        await probe.UntilAsync(reading => reading is NodeReading.Silent { Failure: ProbeFailure.StatementHangs });
        // On a slow machine the very first answer may have been looked at, too.
        int accepted = server.Accepted;
        Assert.Equal(2, accepted - server.Ended);
        for (int reading = 0; reading < 20; reading++)
            Assert.Equal(ProbeFailure.StatementHangs, Assert.IsType<NodeReading.Silent>(await probe.ReadAsync()).Failure);
        await probe.Examiner.ExamineAsync(default, CancellationToken.None);
        Assert.Equal((accepted, 2), (server.Accepted, server.Accepted - server.Ended));

        server.AnswerAll();
        await probe.UntilAsync(reading => reading is NodeReading.Answered);
        Assert.Equal(accepted, server.Accepted);
    }

    [Fact]
    public async Task A_server_that_sends_no_greeting_is_probed_over_a_single_connection()
    {
        await using var server = new FakeMySql { Greets = false };
        await using var probe = new Probe(server);
        for (int reading = 0; reading < 30; reading++)
            Assert.Equal(ProbeFailure.NoGreeting, Assert.IsType<NodeReading.Silent>(await probe.ReadAsync()).Failure);
        await probe.Examiner.ExamineAsync(default, CancellationToken.None);

        Assert.Equal((1, 0), (server.Accepted, server.Ended));
    }

    [Theory]
    [InlineData("wsrep_on=ON wsrep_provider=/usr/lib/galera/libgalera_smm.so", "Galera Cluster")]
    [InlineData("wsrep_on=ON wsrep_provider=none", null)]
    [InlineData("group_replication_group_name=a7b3", "MySQL Group Replication")]
    [InlineData("basedir=/rdsdbbin/mysql", null)]
    [InlineData("", null)]
    public async Task An_unsupported_architecture_is_known_from_the_first_reading(string variables, string? expected)
    {
        await using var server =
            new FakeMySql
            {
                Variables = [.. variables.Split(' ',
                StringSplitOptions.RemoveEmptyEntries).Select(variable => variable.Split('='))]
            };
        await using var probe = new Probe(server);
        string? said = "not asked";

        await probe.UntilAsync(reading =>
        {
            if (reading is not NodeReading.Answered answered)
                return false;
            said = answered.ForeignArchitecture;
            return true;
        });

        Assert.Equal(expected, said);
    }

    [Fact]
    public async Task A_server_that_blocks_this_host_is_reported_as_such()
    {
        await using var server =
            new FakeMySql
            {
                Refuses = (1129,
                "Host '127.0.0.7' is blocked because of many connection errors; unblock with 'mysqladmin flush-hosts'")
            };
        await using var probe = new Probe(server);

        await probe.UntilAsync(reading => reading is NodeReading.Silent { Failure: ProbeFailure.HostBlocked });
        server.Refuses = null;
        await probe.UntilAsync(reading => reading is NodeReading.Answered);
    }

    [Fact]
    public async Task An_unknown_column_type_fails_the_reading_and_ends_the_session()
    {
        await using var server = new FakeMySql { ColumnType = 0xDD };
        await using var probe = new Probe(server);
        for (int reading = 0; reading < 3; reading++)
        {
            try
            {
                Assert.IsType<NodeReading.Silent>(await probe.ReadAsync());
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                // The loop makes it a silent node.
            }
        }

        await Eventually.HappensAsync("sessions ended", Deadline, () => server.Ended >= server.Accepted - 1);
        server.ColumnType = 0xFD;
        await probe.UntilAsync(reading => reading is NodeReading.Answered);
    }

    [Fact]
    public async Task An_endless_reply_is_cut_off_and_not_retried_at_once()
    {
        await using var server = new FakeMySql();
        await using var probe = new Probe(server);
        await probe.UntilAsync(reading => reading is NodeReading.Answered);
        long before = server.Sent;

        server.Floods = true;
        await probe.UntilAsync(reading => reading is NodeReading.Silent { Failure: ProbeFailure.Other });
        int accepted = server.Accepted;
        for (int reading = 0; reading < 10; reading++)
            Assert.IsType<NodeReading.Silent>(await probe.ReadAsync());

        Assert.Equal(accepted, server.Accepted);
        // What we took of it is what it costs; the memory of this process is other tests' too.
        output.WriteLine($"{(server.Sent - before) >> 20} MB");
        Assert.InRange(server.Sent - before, 1, 300 << 20);
    }

    /// <summary>
    /// Fails when the driver no longer keeps its socket where it did: hosts that are gone would be noticed late, and floods not at all.
    /// </summary>
    [Fact]
    public async Task The_drivers_socket_and_connection_log_are_found_where_expected()
    {
        await using var server = new FakeMySql();
        using var established = new TcpEstablished(static () => { });
        await using MySqlDataSource source = new MySqlDataSourceBuilder(NodeConnection.StringFor(server.Connection, Deadline))
            .UseLoggerFactory(established).Build();
        await using MySqlConnection connection = await source.OpenConnectionAsync();

        Assert.True(established.HasHappened);
        Assert.True(SessionSocket.Of(connection)?.BytesReceived > 0);
    }

    private sealed class Probe : IAsyncDisposable
    {
        private readonly GuardClock _clock = new(TimeProvider.System);
        private readonly MySqlNodeProbe _probe;

        public Probe(FakeMySql server)
        {
            var sessions = new NodeSessions(server.Connection, keepsSide: false, TimeProvider.System);
            _probe = new MySqlNodeProbe("db1", sessions, Rules, TimeProvider.System, NullLogger.Instance);
            Examiner = new NodeExaminer(sessions, TimeProvider.System);
        }

        public NodeExaminer Examiner { get; }

        public Task<NodeReading> ReadAsync() => _probe.ReadAsync(_clock.Now, CancellationToken.None);

        public async Task UntilAsync(Func<NodeReading, bool> isSo)
        {
            NodeReading? reading = null;
            await Eventually.HappensAsync(
                "the reading is as expected", Deadline, async () => isSo(reading = await ReadAsync()), () => $"{reading}");
        }

        public ValueTask DisposeAsync() => _probe.DisposeAsync();
    }
}
