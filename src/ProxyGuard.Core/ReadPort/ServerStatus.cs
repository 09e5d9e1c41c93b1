using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>What a server says about the connection at the end of an answer.</summary>
/// <param name="Flags">https://dev.mysql.com/doc/dev/mysql-server/latest/mysql__com_8h.html, SERVER_STATUS_IN_TRANS and its
/// neighbours.</param>
internal readonly record struct ServerStatus(int Flags)
{
    private const int InTransaction = 0x0001;
    private const int MoreResults = 0x0008;
    private const int CursorExists = 0x0040;
    private const int LastRowSent = 0x0080;

    public bool IsInTransaction => (Flags & InTransaction) != 0;

    /// <summary>Whether another result follows at once.</summary>
    public bool HasMoreResults => (Flags & MoreResults) != 0;

    /// <summary>Whether there are rows that the client has to ask for.</summary>
    public bool HasCursor => (Flags & (CursorExists | LastRowSent)) == CursorExists;

    /// <param name="eof">https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_eof_packet.html</param>
    public static ServerStatus OfEof(ReadOnlySpan<byte> eof) => new(BinaryPrimitives.ReadUInt16LittleEndian(eof[3..]));

    /// <summary>What is too short for a status is taken for a transaction.</summary>
    /// <param name="ok">https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_ok_packet.html</param>
    public static ServerStatus OfOk(ReadOnlySpan<byte> ok)
    {
        ReadOnlySpan<byte> status = AfterNumber(AfterNumber(ok[1..]));
        return new ServerStatus(status.Length < 2 ? InTransaction : BinaryPrimitives.ReadUInt16LittleEndian(status));
    }

    // https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_basic_dt_integers.html
    private static ReadOnlySpan<byte> AfterNumber(ReadOnlySpan<byte> bytes)
    {
        int length = bytes.IsEmpty ? 0 : bytes[0] switch { 0xFC => 3, 0xFD => 4, 0xFE => 9, _ => 1 };
        return bytes[Math.Min(length, bytes.Length)..];
    }
}
