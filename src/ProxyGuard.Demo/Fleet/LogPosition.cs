using System.Globalization;

namespace ProxyGuard.Demo.Fleet;

/// <summary>A position in a server's binlog. Positions of different servers do not compare.</summary>
/// <param name="File">Such as <c>bin.000002</c>; empty when the server has named none yet, which is before everything.</param>
/// <param name="Offset">Bytes from the start of the file.</param>
public readonly record struct LogPosition(string File, long Offset) : IComparable<LogPosition>
{
    /// <summary>By number, not by text: after <c>bin.999999</c> comes <c>bin.1000000</c>.</summary>
    public int CompareTo(LogPosition other) => (Number, Offset).CompareTo((other.Number, other.Offset));

    public static bool operator <(LogPosition left, LogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(LogPosition left, LogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(LogPosition left, LogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(LogPosition left, LogPosition right) => left.CompareTo(right) >= 0;

    public override string ToString() => File.Length == 0 ? "nowhere" : $"{File}:{Offset}";

    private long Number => File.Length == 0 ? -1 : long.Parse(File.AsSpan(File.LastIndexOf('.') + 1), CultureInfo.InvariantCulture);
}
