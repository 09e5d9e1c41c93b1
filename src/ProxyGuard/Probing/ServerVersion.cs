using System.Globalization;

namespace ProxyGuard.Probing;

/// <summary>What <c>SELECT VERSION()</c> tells: flavour and number. MariaDB may put "5.5.5-" before its own version, for old replicas.</summary>
internal sealed record ServerVersion(bool IsMariaDb, Version Number)
{
    /// <summary>0.0 when the text holds no number: then the oldest statements are tried.</summary>
    public static ServerVersion Parse(string text)
    {
        bool isMariaDb = text.Contains("MariaDB", StringComparison.OrdinalIgnoreCase);
        string number = isMariaDb && text.StartsWith("5.5.5-", StringComparison.Ordinal) ? text["5.5.5-".Length..] : text;
        int end = number.AsSpan().IndexOfAnyExcept(Digits);
        string digits = (end < 0 ? number : number[..end]).Trim('.');
        return new ServerVersion(isMariaDb, Version.TryParse(digits, out Version? version) ? version : new Version(0, 0));
    }

    public bool IsAtLeast(int major, int minor, int patch = 0) => Number >= new Version(major, minor, patch);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{(IsMariaDb ? "MariaDB" : "MySQL")} {Number}");

    private static readonly System.Buffers.SearchValues<char> Digits = System.Buffers.SearchValues.Create("0123456789.");
}
