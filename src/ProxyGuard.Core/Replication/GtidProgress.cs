using System.Globalization;

namespace ProxyGuard.Core.Replication;

/// <summary>
/// How far a MySQL GTID set reaches into the transactions of one server, such as 57 in <c>3e11fa47-…:1-57</c>
/// (https://dev.mysql.com/doc/refman/8.4/en/replication-gtids-concepts.html). A replica with several appliers tells its position late; this
/// it tells at once.
/// </summary>
/// <param name="Through">Every transaction of that server up to this one is in the set; 0 for none.</param>
/// <param name="Last">The last of that server's transactions in the set, also behind a gap; 0 for none.</param>
/// <param name="Others">The rest of the set, as text: comparing it needs no more than that it is the same.</param>
internal readonly record struct GtidProgress(long Through, long Last, string Others)
{
    /// <summary>Null where there is no set, or no server to look for.</summary>
    public static GtidProgress? TryParse(string? set, string? uuid)
    {
        if (string.IsNullOrEmpty(set) || uuid is null)
            return null;

        long through = 0;
        long last = 0;
        var others = new List<string>();
        foreach (string part in set.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (IntervalsOf(part, uuid) is { } intervals)
                (through, last) = (FirstThrough(intervals), LastOf(intervals));
            else
                others.Add(part);
        }

        return new GtidProgress(through, last, string.Join(',', others));
    }

    /// <summary>Null when the part is another server's, or tagged (MySQL 8.3): a tag's transactions are counted apart.</summary>
    private static string? IntervalsOf(string part, string uuid) =>
        part.StartsWith(uuid, StringComparison.OrdinalIgnoreCase) && part.Length > uuid.Length + 1 && part[uuid.Length] == ':'
            && char.IsAsciiDigit(part[uuid.Length + 1])
            ? part[(uuid.Length + 1)..]
            : null;

    /// <summary>Of "1-90:95-97" it is 90: what lies behind a gap proves nothing.</summary>
    private static long FirstThrough(string intervals)
    {
        string[] first = intervals.Split(':')[0].Split('-');
        bool beginsAtOne = long.TryParse(first[0], NumberStyles.None, CultureInfo.InvariantCulture, out long begin) && begin == 1;
        return beginsAtOne && long.TryParse(first[^1], NumberStyles.None, CultureInfo.InvariantCulture, out long end) ? end : 0;
    }

    /// <summary>Of "1-90:95-97" it is 97.</summary>
    private static long LastOf(string intervals) =>
        long.TryParse(
            intervals[(intervals.LastIndexOfAny([':', '-']) + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out long last)
            ? last
            : 0;
}
