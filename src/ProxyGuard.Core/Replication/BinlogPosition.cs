using System.Globalization;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// A position in one server's binary logs, as SHOW MASTER STATUS and SHOW REPLICA STATUS give it: a file such as <c>bin.000012</c> and an
/// offset in bytes. Positions of one server are ordered by the number in the file's name, which may grow past six digits
/// (https://dev.mysql.com/doc/refman/8.4/en/binary-log.html), then by the offset. Positions of different log names have no order.
/// </summary>
public readonly record struct BinlogPosition : IComparable<BinlogPosition>
{
    private BinlogPosition(string logName, long sequence, long offset)
    {
        LogName = logName;
        Sequence = sequence;
        Offset = offset;
    }

    /// <summary>The file's name up to and without its last dot.</summary>
    public string LogName { get; }

    /// <summary>The number behind the last dot; at least 0.</summary>
    public long Sequence { get; }

    /// <summary>Bytes from the file's start; at least 0.</summary>
    public long Offset { get; }

    /// <summary>Null when the file has no number behind its last dot, or the offset is negative: such a position proves nothing.</summary>
    public static BinlogPosition? TryParse(string? file, long offset)
    {
        if (string.IsNullOrEmpty(file) || offset < 0)
            return null;

        int dot = file.LastIndexOf('.');
        if (dot <= 0 || !long.TryParse(file.AsSpan(dot + 1), NumberStyles.None, CultureInfo.InvariantCulture, out long sequence))
            return null;

        return new BinlogPosition(file[..dot], sequence, offset);
    }

    /// <summary>
    /// The same position, sharing the name of <paramref name="earlier"/> where it is the same: a timeline then keeps one string, not
    /// thousands.
    /// </summary>
    public BinlogPosition SharingNameWith(BinlogPosition earlier) =>
        LogName == earlier.LogName ? new BinlogPosition(earlier.LogName, Sequence, Offset) : this;

    /// <summary>Whether the two are positions in the same server's logs, as far as names tell.</summary>
    public bool IsComparableTo(BinlogPosition other) => LogName == other.LogName;

    public bool IsSameFileAs(BinlogPosition other) => Sequence == other.Sequence && LogName == other.LogName;

    /// <exception cref="ArgumentException">The positions are of different logs; ask <see cref="IsComparableTo"/> first.</exception>
    public int CompareTo(BinlogPosition other)
    {
        if (!IsComparableTo(other))
            throw new ArgumentException($"{this} and {other} are positions of different logs", nameof(other));

        int files = Sequence.CompareTo(other.Sequence);
        return files != 0 ? files : Offset.CompareTo(other.Offset);
    }

    public static bool operator <(BinlogPosition left, BinlogPosition right) => left.CompareTo(right) < 0;

    public static bool operator >(BinlogPosition left, BinlogPosition right) => left.CompareTo(right) > 0;

    public static bool operator <=(BinlogPosition left, BinlogPosition right) => left.CompareTo(right) <= 0;

    public static bool operator >=(BinlogPosition left, BinlogPosition right) => left.CompareTo(right) >= 0;

    /// <summary>The form <see cref="TryParse"/> reads: at least six digits, as the servers write them.</summary>
    public string File => $"{LogName}.{Sequence.ToString("D6", CultureInfo.InvariantCulture)}";

    public override string ToString() => $"{File}:{Offset}";
}
