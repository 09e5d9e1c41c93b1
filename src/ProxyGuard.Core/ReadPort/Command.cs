using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>How a server answers, as far as the end of an answer is found differently.</summary>
internal enum Answer
{
    /// <summary>One that we do not know, or that has no end.</summary>
    Unknown,

    /// <summary>Nothing at all.</summary>
    None,

    /// <summary>OK, an error, or one or more results.</summary>
    Results,

    /// <summary>Packets of any number until an EOF or an error.</summary>
    Rows,

    /// <summary>What was prepared, and as many definitions as that says.</summary>
    Prepared,

    /// <summary>One packet, without a form.</summary>
    Text,

    /// <summary>A login, in as many steps as it takes.</summary>
    Login,
}

/// <summary>What a client asks.</summary>
/// <param name="Code">Its first byte, https://dev.mysql.com/doc/dev/mysql-server/latest/my__command_8h.html and
/// https://mariadb.com/kb/en/2-text-protocol/</param>
/// <param name="Statement">The prepared statement's number; 0 where there is none.</param>
internal readonly record struct Command(byte Code, uint Statement)
{
    public const byte ChangeUser = 0x11;
    public const byte Execute = 0x17;
    public const byte SendLongData = 0x18;
    public const byte Close = 0x19;
    public const byte Reset = 0x1A;
    public const byte Fetch = 0x1C;
    public const byte ResetConnection = 0x1F;

    public Answer Answer => Code switch
    {
        // COM_QUIT: the server closes.
        0x01 or SendLongData or Close => Answer.None,
        // COM_INIT_DB, QUERY, CREATE_DB to SHUTDOWN, PROCESS_INFO, PROCESS_KILL to PING, REGISTER_SLAVE, SET_OPTION; MariaDB's
        // COM_STMT_BULK_EXECUTE.
        0x02 or 0x03 or (>= 0x05 and <= 0x08) or 0x0A or (>= 0x0C and <= 0x0E) or 0x15 or Execute or Reset or 0x1B or ResetConnection
            or 0xFA => Answer.Results,
        // COM_FIELD_LIST.
        0x04 or Fetch => Answer.Rows,
        // COM_STATISTICS.
        0x09 => Answer.Text,
        ChangeUser => Answer.Login,
        // COM_STMT_PREPARE.
        0x16 => Answer.Prepared,
        // COM_BINLOG_DUMP and its kind go on for ever.
        _ => Answer.Unknown,
    };

    /// <summary>Whether it may leave a cursor open, or end one.</summary>
    public bool IsOfCursor => Code is Execute or Fetch;

    /// <param name="start">The payload's beginning; not empty.</param>
    public static Command In(ReadOnlySpan<byte> start) => start[0] is >= Execute and <= Fetch && start.Length >= 5
        ? new Command(start[0], BinaryPrimitives.ReadUInt32LittleEndian(start[1..]))
        : new Command(start[0], 0);
}
