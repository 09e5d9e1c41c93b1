using MySqlConnector;
using ProxyGuard.Demo.Fleet;
using ProxyGuard.Testing;
using static ProxyGuard.FleetTests.ReadPortFleet;

namespace ProxyGuard.FleetTests;

/// <summary>The read port between real clients of two makes and real servers of several kinds.</summary>
public sealed class ReadPortServersTests(FleetHome home, ITestOutputHelper output)
{
    private const int MaxConnections = 100;
    private const string Tls = ";Pooling=false;SslMode=Required";

    // The server hands over 16 KB every six seconds, which is longer than an encrypted connection has to be quiet to be taken for idle.
    private const int SlowRowCount = 40;
    private const string SlowRows = "SELECT SLEEP(0.4), REPEAT('x', 1000) FROM information_schema.COLLATIONS LIMIT 40";

    // Each connection is to one server, is brought into a state, and says whether it has to end between two replies when that server is no
    // longer read from.
    private const string States = """
        mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
        [, $host, $port, $user, $password, $server, $isOld] = $argv;
        function open(int $flags = 0): mysqli {
            global $host, $port, $user, $password, $server;
            do {
                $db = mysqli_init();
                $db->options(MYSQLI_OPT_LOCAL_INFILE, 1);
                $db->real_connect($host, $user, $password, 'photos', (int)$port, null, $flags);
            } while ($db->query('SELECT @@server_id')->fetch_row()[0] !== $server && $db->close());
            return $db;
        }
        function cursor(mysqli $db): mysqli_stmt {
            $statement = $db->prepare('SELECT TABLE_NAME FROM information_schema.TABLES LIMIT 9');
            $statement->attr_set(MYSQLI_STMT_ATTR_CURSOR_TYPE, MYSQLI_CURSOR_TYPE_READ_ONLY);
            $statement->execute();
            $statement->bind_result($name);
            $statement->fetch();
            return $statement;
        }
        $file = tempnam(sys_get_temp_dir(), 'proxyguard');
        file_put_contents($file, str_repeat(str_repeat('x', 999) . "\n", 3000));
        $states = [
            'ends: logged in' => fn ($db) => null,
            'ends: statistics' => fn ($db) => $db->stat(),
            'ends: prepared' => fn ($db) => $db->prepare('SELECT id, ? FROM photos'),
            'ends: executed and closed' => fn ($db) => $db->execute_query('SELECT id FROM photos WHERE id < ?', [9])->fetch_all(),
            'ends: cursor read to its end' => function ($db) { for ($statement = cursor($db); $statement->fetch();); return $statement; },
            'ends: another user' => fn ($db) => $db->change_user($user, $password, 'photos'),
            'ends: several results' => function ($db) { for ($db->multi_query('SELECT 1; DO 1; SELECT id FROM photos'); $db->next_result(); $db->store_result()); },
            'ends: file' => function ($db) use ($file) {
                $db->query('CREATE TEMPORARY TABLE imported (line VARCHAR(1000) CHARACTER SET ascii)');
                $db->query("LOAD DATA LOCAL INFILE '$file' INTO TABLE imported");
                if ($db->affected_rows !== 3000) throw new Exception("$db->affected_rows lines");
            },
            'ends: committed' => function ($db) { $db->autocommit(false); $db->query('SELECT id FROM photos'); $db->commit(); },
            'ends: error' => function ($db) { try { $db->query('SELEC 1'); } catch (mysqli_sql_exception) { } },
            'stays: cursor half read' => fn ($db) => cursor($db),
            'stays: parameter sent ahead' => function ($db) { $s = $db->prepare('SELECT ?'); $n = null; $s->bind_param('b', $n); $s->send_long_data(0, 'x'); return $s; },
            'stays: transaction' => function ($db) { $db->begin_transaction(); $db->query('SELECT id FROM photos'); },
            'stays: error in a transaction' => function ($db) { $db->begin_transaction(); try { $db->query('SELEC 1'); } catch (mysqli_sql_exception) { } },
            'stays: without autocommit' => function ($db) { $db->autocommit(false); $db->query('SELECT id FROM photos'); },
            'stays: long question' => fn ($db) => $db->query('SELECT SLEEP(60)', MYSQLI_ASYNC),
            'stays: result half read' => function ($db) { $rows = $db->query("SELECT REPEAT('x', 1000000) FROM information_schema.COLLATIONS", MYSQLI_USE_RESULT); $rows->fetch_row(); return $rows; },
            'ends: compressed' => [MYSQLI_CLIENT_COMPRESS],
            'ends: encrypted' => [MYSQLI_CLIENT_SSL | MYSQLI_CLIENT_SSL_DONT_VERIFY_SERVER_CERT],
        ];
        // MySQL 5.6 loads no file while it is read-only, and has no certificate.
        if ($isOld) unset($states['ends: file'], $states['ends: encrypted']);
        foreach ($states as $name => $make) {
            $kept[] = $db = open(is_array($make) ? $make[0] : 0);
            $kept[] = is_array($make) ? $db->query('SELECT id FROM photos')->fetch_all() : $make($db);
            echo "$db->thread_id $name\n";
        }
        unlink($file);
        echo "ready\n";
        fgets(STDIN);
        """;

    public static TheoryData<string> Kinds =>
        [.. ((IEnumerable<ServerKind>)[ServerKind.MySql56, ServerKind.MariaDb118, ServerKind.MySql97]).Select(kind => kind.Name)];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_stopped_replica_keeps_only_busy_read_port_connections(string name)
    {
        ServerKind kind = ServerKind.Named(name);
        bool hasTls = kind != ServerKind.MySql56;
        await using ReadPortFleet fleet = await StartAsync(
            home.DirectoryOrSkip(kind), new FleetSettings { Kind = kind, MoreServerArguments = ["--local-infile=ON"] },
            maxConnections: MaxConnections);
        await fleet.Site.Fleet.Primary.ExecuteAsync($"GRANT CREATE TEMPORARY TABLES ON photos.* TO '{fleet.App.Name}'@'127.0.0.1'");
        await fleet.Site.Fleet.WaitUntilCaughtUpAsync(Deadline);
        DatabaseNode db2 = fleet.Site.Fleet.Replicas[0];
        await AllWaysAsync(fleet, hasTls);

        await using MySqlConnection prepared = await fleet.OpenToAsync(db2);
        await using MySqlCommand command = new(
            "SELECT id, @one FROM photos WHERE id < @two", prepared)
        { Parameters = { new("@one", 1), new("@two", 9) } };
        await command.PrepareAsync();
        await using MySqlConnection writing = await fleet.OpenToAsync(db2);
        await using MySqlTransaction open = await writing.BeginTransactionAsync();
        await using MySqlConnection thinking = await fleet.OpenToAsync(db2, hasTls ? Tls : Plain);
        Task<int> thought = RowsAsync(thinking, SlowRows, TimeSpan.Zero);
        Dictionary<long, string> states = new()
        {
            [prepared.ServerThread] = "ends: prepared, without EOF",
            [writing.ServerThread] = "stays: transaction, without EOF",
            [thinking.ServerThread] = "stays: result with long pauses, encrypted",
        };
        await using PhpScript? php = PhpScript.IsInstalled
            ? PhpScript.Start(States, [.. PhpScript.Connection(fleet.Port, fleet.App), $"{db2.ServerId}", hasTls ? "" : "1"])
            : null;
        while (php is not null && await php.LineAsync() is not "ready" and var line)
            states.Add(
                long.TryParse(line?.Split(' ')[0], out long thread) ? thread : throw new InvalidOperationException(line),
                line.Split(' ', 2)[1]);

        await fleet.StopApplyingAsync(db2);
        long stopped = TimeProvider.System.GetTimestamp();
        Assert.Equal([3], await fleet.ServersAsync(4));
        IEnumerable<long> ending = states.Where(state => state.Value.StartsWith("ends", StringComparison.Ordinal))
            .Select(state => state.Key);
        HashSet<long> left = [];
        await Eventually.HappensAsync(
            "the idle ones ended", Deadline, async () => !(left = await ConnectedAsync(db2)).Overlaps(ending),
            () => string.Join("; ", states.Where(state => left.Contains(state.Key))));
        output.WriteLine(
            $"{ending.Count()} ended within {TimeProvider.System.GetElapsedTime(stopped).TotalSeconds:0.0} s, {states.Count - ending.Count()} stayed");
        Assert.Equal(
            states.Where(state => state.Value.StartsWith("stays", StringComparison.Ordinal)).Select(state => state.Value),
            states.Where(state => left.Contains(state.Key)).Select(state => state.Value));
        Assert.Equal(SlowRowCount, await thought);
    }

    private static async Task AllWaysAsync(ReadPortFleet fleet, bool hasTls)
    {
        foreach (
            string options in (string[])[Plain, Plain + ";UseCompression=true", .. hasTls ? [Tls, Tls + ";UseCompression=true"]
                : (string[])[]])
        {
            await using MySqlConnection connection = await fleet.OpenAsync(options);
            await using MySqlCommand command = new(
                "SELECT COUNT(*) FROM photos WHERE id > @least", connection)
            { Parameters = { new("@least", -1) } };
            await command.PrepareAsync();
            Assert.True(Convert.ToInt64(await command.ExecuteScalarAsync(), System.Globalization.CultureInfo.InvariantCulture) > 0);
            Assert.Equal(3_000_000, ((string)(await ScalarAsync(connection, "SELECT REPEAT('x', 3000000)"))!).Length);
            Assert.Equal(hasTls && options.StartsWith(Tls, StringComparison.Ordinal), await IsEncryptedAsync(connection));
        }
    }

    private static async Task<bool> IsEncryptedAsync(MySqlConnection connection)
    {
        await using MySqlCommand command = new("SHOW SESSION STATUS LIKE 'Ssl_cipher'", connection);
        await using MySqlDataReader reader = await command.ExecuteReaderAsync();
        return await reader.ReadAsync() && reader.GetString(1) is not "";
    }
}
