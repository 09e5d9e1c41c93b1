namespace ProxyGuard.Demo.Fleet;

/// <summary>One primary, <c>db1</c>, and its replicas, <c>db2</c> onwards: real servers, really replicating.</summary>
/// <remarks>It has a database <c>photos</c> without tables, and the accounts of <see cref="FleetAccounts"/>.</remarks>
public sealed class ReplicationFleet : IAsyncDisposable
{
    // With it a directory shows that it is ours to delete.
    private const string Mark = "proxyguard-demo-node";

    private readonly Dictionary<DatabaseNode, Relay> _relays = [];
    private readonly FleetSettings _settings;

    private ReplicationFleet(FleetSettings settings, FleetAccounts accounts, IReadOnlyList<DatabaseNode> nodes)
    {
        _settings = settings;
        Accounts = accounts;
        Nodes = nodes;
    }

    public FleetAccounts Accounts { get; }

    /// <summary>The primary first.</summary>
    public IReadOnlyList<DatabaseNode> Nodes { get; }

    public ServerKind Kind => _settings.Kind;

    public DatabaseNode Primary => Nodes[0];

    public IReadOnlyList<DatabaseNode> Replicas => [.. Nodes.Skip(1)];

    /// <summary>
    /// Starts all servers and returns when every replica has caught up. Data that an earlier fleet left in the directory is replaced, and
    /// servers of it that still run are ended; anything else there is left alone.
    /// </summary>
    public static async Task<ReplicationFleet> StartAsync(
        string directory, int replicaCount, FleetSettings? settings = null, CancellationToken stop = default)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(replicaCount);
        settings ??= new FleetSettings();
        var accounts = new FleetAccounts();
        var fleet = new ReplicationFleet(settings, accounts, DescribeNodes(Path.GetFullPath(directory), replicaCount, settings, accounts));
        try
        {
            await Task.WhenAll(fleet.Nodes.Select(node => ClearAsync(node)));
            settings.Tell("Making their data directories, which takes some ten seconds …");
            await Task.WhenAll(fleet.Nodes.Select(async node =>
            {
                await node.StartAsync(stop);
                settings.Tell($"{node.Name} answers on port {node.Port}.");
            }));
            foreach (DatabaseNode replica in fleet.Replicas)
            {
                await fleet.FollowAsync(replica, stop);
                settings.Tell($"{replica.Name} follows {fleet.SourceOf(replica).Name}.");
            }
            await fleet.Primary.ExecuteAsync(AccountsSql(accounts, settings.Kind.Words), stop);
            await fleet.WaitUntilCaughtUpAsync(TimeSpan.FromSeconds(30), stop);
            return fleet;
        }
        catch
        {
            await fleet.DisposeAsync();
            throw;
        }
    }

    internal bool HasRelays => _settings.ThroughRelays;

    /// <summary>Ends the servers that an earlier fleet left running in the directory; does nothing else there.</summary>
    public static async Task EndLeftoversAsync(string directory)
    {
        if (!Directory.Exists(directory))
            return;
        foreach (
            string node in Directory.EnumerateDirectories(Path.GetFullPath(directory)).Where(node => File.Exists(Path.Combine(node, Mark))))
            await DatabaseNode.EndLeftoverAsync(node);
    }

    /// <summary>Where the replica gets its binlog from: the primary, or another replica in a chain.</summary>
    public DatabaseNode SourceOf(DatabaseNode replica)
    {
        int index = Nodes.ToList().IndexOf(replica);
        ArgumentOutOfRangeException.ThrowIfLessThan(index, 1, nameof(replica));
        if (_settings.Sources is { } sources)
            return Nodes[sources[index - 1] - 1];
        return _settings.Chained ? Nodes[index - 1] : Primary;
    }

    /// <summary>The network between the replica and its source. Only with <see cref="FleetSettings.ThroughRelays"/>.</summary>
    public Relay RelayOf(DatabaseNode replica)
    {
        ArgumentNullException.ThrowIfNull(replica);
        return _relays.TryGetValue(replica, out Relay? relay)
            ? relay
            : throw new FleetException($"{replica.Name} has no relay to cut: start the fleet with ThroughRelays.");
    }

    /// <summary>
    /// Until every running replica shows what its source had written when this was called, or later. Throws a
    /// <see cref="TimeoutException"/> that says how far the slowest got.
    /// </summary>
    public async Task WaitUntilCaughtUpAsync(TimeSpan deadline, CancellationToken stop = default)
    {
        long start = TimeProvider.System.GetTimestamp();
        // From the top of a chain downwards: what a source has yet to apply is not in its own binlog.
        foreach (DatabaseNode replica in Replicas.Where(replica => replica.IsRunning))
        {
            LogPosition head = await SourceOf(replica).HeadAsync(stop);
            while (await replica.ReplicaStatusAsync(stop) is not { } status || status.Executed < head)
            {
                if (TimeProvider.System.GetElapsedTime(start) > deadline)
                {
                    throw new TimeoutException(
                        $"{replica.Name} has not reached {head} after {deadline.TotalSeconds} s: {await replica.ReplicaStatusAsync(stop)}");
                }
                await Task.Delay(20, stop);
            }
        }
    }

    /// <summary>Ends all servers cleanly; their data stays.</summary>
    public Task StopAsync() => Task.WhenAll(Nodes.Select(node => node.StopAsync()));

    /// <summary>Kills all servers at once and deletes their data; their logs stay.</summary>
    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(Nodes.Select(node => node.DisposeAsync().AsTask()));
        await Task.WhenAll(_relays.Values.Select(relay => relay.DisposeAsync().AsTask()));
        foreach (DatabaseNode node in Nodes.Where(node => Directory.Exists(node.DataDirectory)))
            Directory.Delete(node.DataDirectory, recursive: true);
    }

    private static List<DatabaseNode> DescribeNodes(string directory, int replicaCount, FleetSettings settings, FleetAccounts accounts)
    {
        IReadOnlyList<int> ports = settings.Ports ?? LoopbackPorts.FindFree(replicaCount + 1);
        ArgumentOutOfRangeException.ThrowIfNotEqual(ports.Count, replicaCount + 1, nameof(settings));
        return [.. ports.Select((port, index) => new DatabaseNode(new DatabaseNodeSettings
        {
            Name = $"db{index + 1}",
            Directory = Path.Combine(directory, $"db{index + 1}"),
            TemplateDirectory = settings.TemplateDirectory ?? Path.Combine(directory, "template"),
            Kind = settings.Kind,
            Port = port,
            ServerId = index + 1,
            Root = accounts.Root,
            ReadOnly = index > 0,
            WithGtid = settings.WithGtid,
            NoticesCutAfter = settings.NoticesCutAfter,
            ResolvesNames = settings.ResolvesNames,
            MoreArguments = [.. settings.MoreServerArguments, .. settings.NodeArguments.GetValueOrDefault($"db{index + 1}", [])],
        }))];
    }

    private static async Task ClearAsync(DatabaseNode node)
    {
        string directory = Path.GetDirectoryName(node.DataDirectory)!;
        string mark = Path.Combine(directory, Mark);
        if (Directory.Exists(directory) && !File.Exists(mark))
            throw new FleetException($"{directory} was not made by a fleet. Choose another directory, or move it away.");
        if (Directory.Exists(directory))
        {
            await DatabaseNode.EndLeftoverAsync(directory);
            Directory.Delete(directory, recursive: true);
        }
        Directory.CreateDirectory(directory, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        await File.WriteAllTextAsync(mark, "The data of one database node. It is deleted at the next start.\n");
    }

    private Task FollowAsync(DatabaseNode replica, CancellationToken stop)
    {
        DatabaseNode source = SourceOf(replica);
        int port = source.Port;
        if (_settings.ThroughRelays)
            port = (_relays[replica] = Relay.Start(source.Port)).Port;
        ServerWords words = replica.Kind.Words;
        return replica.ExecuteAsync($"{words.Follow(port, Accounts.Replication, _settings.WithGtid)}; {words.Start}", stop);
    }

    // The guard's grants are those of config/mysql/grants.sql for this kind.
    private static string AccountsSql(FleetAccounts accounts, ServerWords words) =>
        $"""
        CREATE USER '{accounts.Replication.Name}'@'127.0.0.1' IDENTIFIED BY '{accounts.Replication.Password}';
        GRANT REPLICATION SLAVE ON *.* TO '{accounts.Replication.Name}'@'127.0.0.1';
        CREATE DATABASE photos CHARACTER SET utf8mb4;
        CREATE USER '{accounts.App.Name}'@'127.0.0.1' IDENTIFIED BY '{accounts.App.Password}';
        GRANT SELECT, INSERT, UPDATE, DELETE ON photos.* TO '{accounts.App.Name}'@'127.0.0.1';
        CREATE USER '{accounts.Guard.Name}'@'127.0.0.1' IDENTIFIED BY '{accounts.Guard.Password}';
        GRANT {words.GuardGrants} ON *.* TO '{accounts.Guard.Name}'@'127.0.0.1';
        GRANT SHOW VIEW ON photos.* TO '{accounts.Guard.Name}'@'127.0.0.1';
        """;
}
