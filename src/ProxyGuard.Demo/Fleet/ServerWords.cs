namespace ProxyGuard.Demo.Fleet;

/// <summary>What one kind of server calls things: statements, columns and options.</summary>
public abstract class ServerWords
{
    /// <summary>How columns and statements call the server that is followed, such as <c>Master</c>.</summary>
    public virtual string Source => "Master";

    /// <summary>How columns, statements and options call the server that follows, such as <c>Slave</c>.</summary>
    public virtual string Replica => "Slave";

    /// <summary>One row for each source that is followed.</summary>
    public virtual string Status => $"SHOW {Replica} STATUS";

    /// <summary>Where the server's own binlog ends.</summary>
    public virtual string Head => "SHOW MASTER STATUS";

    public string Start => $"START {Replica}";

    public string Stop => $"STOP {Replica}";

    /// <summary>It goes on to hear of what is written, and applies nothing of it.</summary>
    public string StopApplying => $"STOP {Replica} SQL_THREAD";

    /// <summary>Makes a server that has stopped following forget whom it followed.</summary>
    public string Forget => $"RESET {Replica} ALL";

    /// <summary>The least that ProxyGuard's account needs; see config/mysql/grants.sql.</summary>
    public virtual string GuardGrants => "REPLICATION CLIENT";

    /// <summary>
    /// For accounts whose password the server wants encrypted: where there is no TLS, with a public key that it hands out itself.
    /// </summary>
    public virtual bool HandsOutPublicKey => false;

    protected virtual string ChangeSource => "CHANGE MASTER TO";

    /// <summary>
    /// Follow one more server, from that position on, over a channel of that name. Null where a replica can follow only one.
    /// </summary>
    public virtual string? FollowToo(string channel, int port, Account account, LogPosition place) => null;

    /// <summary>Undoes <see cref="FollowToo"/>. Null where a replica can follow only one.</summary>
    public virtual string? ForgetToo(string channel) => null;

    /// <summary>
    /// Follow the server on that loopback port from the beginning of its binlog, and try again every second when it is away.
    /// </summary>
    internal string Follow(int port, Account account, bool withGtid) =>
        $"{ChangeSource} {From(port, account)}, {(withGtid ? PlaceByGtid : Place(new LogPosition("bin.000001", 4)))}";

    /// <summary>What the init file says: one statement a line, at each start, for this server only.</summary>
    internal abstract IReadOnlyList<string> RootAccounts(Account root);

    /// <summary>Options for replication, on every node.</summary>
    internal virtual IReadOnlyList<string> Options(bool withGtid, TimeSpan noticesCutAfter) =>
    [
        $"--log-{Option}-updates", $"--skip-{Option}-start=OFF", $"--{Option}-net-timeout={noticesCutAfter.TotalSeconds}",
    ];

    // Options are told from each other by case, and have none.
    private string Option => Replica.ToLowerInvariant();

    protected abstract string PlaceByGtid { get; }

    protected virtual string Place(LogPosition place) => $"{Source}_LOG_FILE = '{place.File}', {Source}_LOG_POS = {place.Offset}";

    protected string From(int port, Account account)
    {
        ArgumentNullException.ThrowIfNull(account);
        return $"{Source}_HOST = '127.0.0.1', {Source}_PORT = {port}, {Source}_USER = '{account.Name}', "
            + $"{Source}_PASSWORD = '{account.Password}', {Source}_CONNECT_RETRY = 1";
    }
}

// https://mariadb.com/kb/en/change-master-to/
internal sealed class MariaDbWords : ServerWords
{
    public override string Status => "SHOW ALL SLAVES STATUS";

    // Since 10.5.9.
    public override string GuardGrants => "BINLOG MONITOR, SLAVE MONITOR";

    protected override string PlaceByGtid => "MASTER_USE_GTID = slave_pos";

    public override string? FollowToo(string channel, int port, Account account, LogPosition place) =>
        $"CHANGE MASTER '{channel}' TO {From(port, account)}, {Place(place)}; START SLAVE '{channel}'";

    public override string? ForgetToo(string channel) => $"STOP SLAVE '{channel}'; RESET SLAVE '{channel}' ALL";

    protected override string Place(LogPosition place) => $"MASTER_USE_GTID = no, {base.Place(place)}";

    internal override IReadOnlyList<string> RootAccounts(Account root) =>
    [
        "DELETE FROM mysql.global_priv WHERE User = ''",
        "FLUSH PRIVILEGES",
        $"ALTER USER 'root'@'localhost' IDENTIFIED BY '{root.Password}'",
        $"CREATE OR REPLACE USER 'root'@'127.0.0.1' IDENTIFIED BY '{root.Password}'",
        "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION",
    ];
}

// https://dev.mysql.com/doc/refman/5.6/en/change-master-to.html
internal sealed class OldMySqlWords : ServerWords
{
    protected override string PlaceByGtid => "MASTER_AUTO_POSITION = 1";

    internal override IReadOnlyList<string> RootAccounts(Account root) =>
    [
        "DELETE FROM mysql.user WHERE User = ''",
        "FLUSH PRIVILEGES",
        $"GRANT ALL PRIVILEGES ON *.* TO 'root'@'localhost' IDENTIFIED BY '{root.Password}' WITH GRANT OPTION",
        $"GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' IDENTIFIED BY '{root.Password}' WITH GRANT OPTION",
    ];

    // In tables the position is committed with the data: a replica that was killed does not apply its last transaction twice.
    internal override IReadOnlyList<string> Options(bool withGtid, TimeSpan noticesCutAfter) =>
    [
        .. base.Options(withGtid, noticesCutAfter), .. MySqlWords.GtidOptions(withGtid),
        "--master-info-repository=TABLE", "--relay-log-info-repository=TABLE", "--relay-log-recovery=ON",
    ];
}

// https://dev.mysql.com/doc/refman/9.7/en/change-replication-source-to.html
internal sealed class MySqlWords : ServerWords
{
    public override string Source => "Source";

    public override string Replica => "Replica";

    public override string Head => "SHOW BINARY LOG STATUS";

    public override bool HandsOutPublicKey => true;

    // Since 8.4 a replica gives up after ten attempts of its own accord, and stays stopped when its source comes back.
    protected override string ChangeSource => "CHANGE REPLICATION SOURCE TO GET_SOURCE_PUBLIC_KEY = 1, SOURCE_RETRY_COUNT = 86400,";

    protected override string PlaceByGtid => "SOURCE_AUTO_POSITION = 1";

    public override string? FollowToo(string channel, int port, Account account, LogPosition place) =>
        $"{ChangeSource} {From(port, account)}, {Place(place)} FOR CHANNEL '{channel}'; START REPLICA FOR CHANNEL '{channel}'";

    public override string? ForgetToo(string channel) => $"STOP REPLICA FOR CHANNEL '{channel}'; RESET REPLICA ALL FOR CHANNEL '{channel}'";

    internal override IReadOnlyList<string> RootAccounts(Account root) =>
    [
        $"ALTER USER 'root'@'localhost' IDENTIFIED BY '{root.Password}'",
        $"CREATE USER IF NOT EXISTS 'root'@'127.0.0.1' IDENTIFIED BY '{root.Password}'",
        $"ALTER USER 'root'@'127.0.0.1' IDENTIFIED BY '{root.Password}'",
        "GRANT ALL PRIVILEGES ON *.* TO 'root'@'127.0.0.1' WITH GRANT OPTION",
    ];

    internal override IReadOnlyList<string> Options(bool withGtid, TimeSpan noticesCutAfter) =>
        [.. base.Options(withGtid, noticesCutAfter), .. GtidOptions(withGtid)];

    internal static IReadOnlyList<string> GtidOptions(bool withGtid) => withGtid ? ["--gtid-mode=ON", "--enforce-gtid-consistency=ON"] : [];
}
