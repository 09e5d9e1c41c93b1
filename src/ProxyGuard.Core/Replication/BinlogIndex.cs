using System.Collections.Immutable;

namespace ProxyGuard.Core.Replication;

/// <summary>One binlog file and its size in bytes, as SHOW BINARY LOGS lists it. The newest file still grows.</summary>
public readonly record struct BinlogFile(BinlogPosition End);

/// <summary>The sizes of one server's binlog files, oldest first, to tell how many bytes lie between two positions.</summary>
public sealed class BinlogIndex
{
    private readonly ImmutableArray<BinlogFile> _files;

    public BinlogIndex(IEnumerable<BinlogFile> files) => _files = [.. files];

    /// <summary>Knows no file: only positions within one file have a distance.</summary>
    public static BinlogIndex Empty { get; } = new([]);

    /// <summary>What all listed files take, as far as the newest had grown when they were listed.</summary>
    public long TotalBytes => _files.Sum(file => file.End.Offset);

    /// <summary>The end of the oldest file that is still there. Null when none is listed.</summary>
    public BinlogPosition? Oldest => _files.Length > 0 ? _files[0].End : null;

    /// <summary>
    /// Whether every file before the one of <paramref name="head"/> is listed with its final size, so that nothing has to be asked again.
    /// </summary>
    public bool Reaches(BinlogPosition head) => _files.Length > 0 && _files[^1].End.IsSameFileAs(head);

    /// <summary>
    /// Bytes between two positions, negative when <paramref name="to"/> lies before <paramref name="from"/>.
    /// Null when they are of different logs, or a file between them is not listed (purged, or newer than the list).
    /// </summary>
    public long? BytesBetween(BinlogPosition from, BinlogPosition to)
    {
        if (!from.IsComparableTo(to))
            return null;
        if (from.Sequence == to.Sequence)
            return to.Offset - from.Offset;
        if (from > to)
            return -BytesBetween(to, from);

        long bytes = to.Offset - from.Offset;
        long expected = from.Sequence;
        foreach (BinlogFile file in _files)
        {
            if (!file.End.IsComparableTo(from) || file.End.Sequence < from.Sequence)
                continue;
            if (file.End.Sequence >= to.Sequence)
                break;
            // A gap in the numbers is a purged or unknown file, whose size is not known any more.
            if (file.End.Sequence != expected)
                return null;
            bytes += file.End.Offset;
            expected++;
        }

        return expected == to.Sequence ? bytes : null;
    }
}
