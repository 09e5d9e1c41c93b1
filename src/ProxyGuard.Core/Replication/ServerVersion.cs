using System.Buffers;
using System.Globalization;

namespace ProxyGuard.Core.Replication;

/// <summary>What <c>SELECT VERSION()</c> tells: flavour and number.</summary>
/// <param name="Number">0.0 when the text held no number.</param>
public sealed record ServerVersion(bool IsMariaDb, Version Number)
{
    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789.");

    /// <summary>
    /// 0.0 when the text holds no number: then the oldest statements are tried. MariaDB may put "5.5.5-" before its own version, for old
    /// replicas.
    /// </summary>
    public static ServerVersion Parse(string text)
    {
        bool isMariaDb = text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        string number = isMariaDb && text.StartsWith("5.5.5-", StringComparison.Ordinal) ? text["5.5.5-".Length..] : text;
        int end = number.AsSpan().IndexOfAnyExcept(Digits);
        string digits = (end < 0 ? number : number[..end]).Trim('.');
        return new ServerVersion(isMariaDb, Version.TryParse(digits, out Version? version) ? version : new Version(0, 0));
    }

    /// <summary>Whether the text held no number: what this server understands is unknown.</summary>
    public bool IsUnknown => Number == new Version(0, 0);

    // "5.6" is 5.6.0 here, which System.Version takes to be less.
    public bool IsAtLeast(int major, int minor, int patch = 0) =>
        (Number.Major, Number.Minor, Math.Max(0, Number.Build)).CompareTo((major, minor, patch)) >= 0;

    /// <summary>For people, such as "MariaDB 10.11.6".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsMariaDb ? "MariaDB" : "MySQL")} {Number}");
}
