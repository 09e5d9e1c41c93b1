using System.Data.Common;
using MySqlConnector;

namespace ProxyGuard.Ground.Settings;

/// <summary>A node's connection string: secret, so that nothing of it is ever said, not even what the driver would say about it.</summary>
internal static class ConnectionText
{
    public const string Allowed = "such as Server=db1;Port=3306;User ID=proxyguard;Password=…";

    /// <summary>Null when the driver takes it and it names a server.</summary>
    public static string? FaultOf(string text)
    {
        var options = new DbConnectionStringBuilder();
        try
        {
            options.ConnectionString = text;
        }
        catch (ArgumentException)
        {
            return $"is no connection string; it must be {Allowed}, and a value with ; or = or quotes in it must stand in quotes";
        }

        // By place, not by name: of a password with an unquoted ; the rest looks like an option.
        int place = 0;
        foreach (string name in options.Keys)
        {
            place++;
            if (!IsTaken(name, options[name]))
                return $"has an option that is unknown or has a value that is not allowed, the one at place {place}; it must be {Allowed}, and a value with ; in it must stand in quotes";
        }

        return new MySqlConnectionStringBuilder(text).Server.Length == 0 ? $"names no server; it must be {Allowed}" : null;
    }

    /// <summary>Whether it is the name of an option of connection strings, such as Password.</summary>
    public static bool IsOption(string name) => IsTaken(name, "1");

    private static bool IsTaken(string name, object value)
    {
        try
        {
            _ = new MySqlConnectionStringBuilder { [name] = value };
            return true;
        }
        catch (Exception e) when (e is ArgumentException or FormatException or OverflowException or InvalidCastException)
        {
            return false;
        }
    }
}
