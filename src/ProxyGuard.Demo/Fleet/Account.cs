using System.Security.Cryptography;

namespace ProxyGuard.Demo.Fleet;

/// <summary>A database account, valid from 127.0.0.1 only.</summary>
public sealed record Account(string Name, string Password)
{
    // Hexadecimal, so that it needs no quoting in SQL, in a connection string or in JSON.
    internal static Account WithNewPassword(string name) => new(name, RandomNumberGenerator.GetHexString(32, lowercase: true));
}

/// <summary>The accounts of one fleet; every node knows all of them.</summary>
public sealed record FleetAccounts
{
    /// <summary>May do everything: sets the fleet up, breaks and mends it.</summary>
    public Account Root { get; } = Account.WithNewPassword("root");

    /// <summary>The replicas log in with it at their source.</summary>
    public Account Replication { get; } = Account.WithNewPassword("replication");

    /// <summary>What the site uses: reads and writes rows of the database <c>photos</c>, nothing else.</summary>
    public Account App { get; } = Account.WithNewPassword("app");

    /// <summary>What ProxyGuard uses: sees positions and replication states, no row of any table (config/mysql/grants.sql).</summary>
    public Account Guard { get; } = Account.WithNewPassword("proxyguard");
}
