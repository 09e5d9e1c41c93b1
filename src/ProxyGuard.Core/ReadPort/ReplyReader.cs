using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>
/// Follows what a server sends, packet by packet, along what it was asked, and says whether all of it is answered. What it does not know it
/// takes for an answer that never ends: then nothing is idle any more, and nothing is cut either.
/// </summary>
internal sealed class ReplyReader : PacketFollower
{
    private const byte Ok = 0x00;
    private const byte File = 0xFB;
    private const byte Eof = 0xFE;
    private const byte Error = 0xFF;
    private const int ShortestOk = 7;
    private const int EofLength = 5;

    // No client sends so many commands ahead.
    private const int MostAsked = 1000;

    private readonly Queue<Command> _asked = new();
    private HashSet<uint>? _cursors;
    private Step _step = Step.Greeting;
    private Command _command;
    private Capabilities _capabilities;
    private byte _sequence;
    private int _definitions;
    private bool _isInTransaction;
    private bool _isSendingData;

    private enum Step
    {
        /// <summary>Nothing is being answered.</summary>
        None,
        Greeting,
        Login,
        Result,
        Columns,
        AfterColumns,
        Rows,
        Prepared,
        Definitions,
        Text,
    }

    /// <summary>Whether everything is answered, with no transaction, no cursor and no parameter left half-way.</summary>
    public bool IsAtEnd =>
        _step == Step.None && _asked.Count == 0 && IsBetweenPackets && !HasStopped && !_isInTransaction && !_isSendingData
            && _cursors is null or { Count: 0 };

    /// <summary>Whether the client is asked for a file (LOAD DATA LOCAL): what it sends then are no commands.</summary>
    public bool AwaitsFile { get; private set; }

    public void HasPartOfFile(bool isEnd) => AwaitsFile = !isEnd;

    public void ClientCan(Capabilities client) => _capabilities &= client;

    /// <summary>A command is on its way to the server.</summary>
    public void Expect(Command command)
    {
        Forget(command);
        if (command.Answer == Answer.None)
        {
            _isSendingData |= command.Code == Command.SendLongData;
            return;
        }

        if (HasStopped)
            return;
        if (command.Answer == Answer.Unknown || _asked.Count == MostAsked)
            Stop();
        else
            _asked.Enqueue(command);
    }

    protected override void Read(ReadOnlySpan<byte> start, int length, byte sequence)
    {
        if (_step == Step.None && !Begin(start, sequence))
            return;
        // Where the client has nothing to say, the numbers follow each other; else we are out of step.
        bool isInStep = sequence == (byte)(_sequence + 1) || _step is Step.Greeting or Step.Login or Step.Result;
        _sequence = sequence;
        // MariaDB reports progress as an error of this number, https://mariadb.com/kb/en/err_packet/
        bool isProgress = start is [Error, 0xFF, 0xFF, ..];
        if (!isInStep)
            Stop();
        else if (!isProgress)
            Take(start, length);
    }

    protected override void ReadOn(byte sequence) => _sequence = sequence;

    // Whatever a command makes void.
    private void Forget(Command command)
    {
        if (command.Code is Command.Close or Command.Reset)
            _cursors?.Remove(command.Statement);
        else if (command.Code is Command.ChangeUser or Command.ResetConnection)
            _cursors?.Clear();
    }

    /// <summary>False when nothing was asked, which is a server that says why it closes.</summary>
    private bool Begin(ReadOnlySpan<byte> start, byte sequence)
    {
        if (!_asked.TryDequeue(out _command))
        {
            if (start is not [Error, ..])
                Stop();
            return false;
        }

        _sequence = (byte)(sequence - 1);
        _isSendingData = false;
        _step = _command.Answer switch
        {
            Answer.Rows => Step.Rows,
            Answer.Prepared => Step.Prepared,
            Answer.Text => Step.Text,
            Answer.Login => Step.Login,
            _ => Step.Result,
        };
        return true;
    }

    private void Take(ReadOnlySpan<byte> start, int length)
    {
        if (_step == Step.Greeting)
            TakeGreeting(start);
        else if (_step == Step.Text || start is [Error, ..])
            Finish();
        else if (_step == Step.Login)
            TakeLogin(start);
        else if (_step == Step.Result)
            TakeResult(start, length);
        else if (_step is Step.Prepared)
            TakePrepared(start);
        else if (_step is Step.Columns or Step.Definitions)
            TakeDefinition();
        else
            TakeRow(start, length);
    }

    private void TakeGreeting(ReadOnlySpan<byte> start)
    {
        _capabilities = Greetings.OfServer(start);
        _step = Step.Login;
    }

    // All others are steps of a login: another way to log in, or more of what one needs.
    private void TakeLogin(ReadOnlySpan<byte> start)
    {
        if (start is [Ok, ..])
            End(ServerStatus.OfOk(start));
    }

    private void TakeResult(ReadOnlySpan<byte> start, int length)
    {
        if (start is [File, ..])
            AwaitsFile = true;
        else if (start is [Ok or Eof, ..] && length >= ShortestOk)
            End(ServerStatus.OfOk(start));
        else if (start is [Eof, ..] && length == EofLength)
            End(ServerStatus.OfEof(start));
        else
            TakeColumnCount(start);
    }

    // https://mariadb.com/kb/en/result-set-packets/#column-count-packet: behind the number, MariaDB may say whether definitions follow. A
    // MySQL that was asked to leave them out says that before the number; few ask, and their answers are not followed.
    private void TakeColumnCount(ReadOnlySpan<byte> start)
    {
        (int count, int read) = start switch
        {
            [0xFC, byte low, byte high, ..] => (low | high << 8, 3),
            [> 0 and < 0xFB, ..] => (start[0], 1),
            _ => (0, 0),
        };
        ReadOnlySpan<byte> follow = start[read..];
        if (count == 0 || follow is not ([] or [0] or [1]))
        {
            Stop();
            return;
        }

        _definitions = count;
        _step = follow is [0] ? Step.AfterColumns : Step.Columns;
    }

    // https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_com_stmt_prepare.html
    private void TakePrepared(ReadOnlySpan<byte> start)
    {
        if (start.Length < 12)
        {
            Stop();
            return;
        }

        int columns = BinaryPrimitives.ReadUInt16LittleEndian(start[5..]);
        int parameters = BinaryPrimitives.ReadUInt16LittleEndian(start[7..]);
        int ends = _capabilities.HasFlag(Capabilities.DeprecateEof) ? 0 : Math.Sign(columns) + Math.Sign(parameters);
        bool isLeftOut = start.Length > 12 && start[12] == 0;
        _definitions = isLeftOut ? 0 : columns + parameters + ends;
        _step = Step.Definitions;
        if (_definitions == 0)
            Finish();
    }

    private void TakeDefinition()
    {
        if (--_definitions > 0)
            return;
        if (_step == Step.Definitions)
            Finish();
        else
            _step = Step.AfterColumns;
    }

    private void TakeRow(ReadOnlySpan<byte> start, int length)
    {
        bool isBehindColumns = _step == Step.AfterColumns;
        _step = Step.Rows;
        // A row may begin like this too, but then it is longer than a packet.
        if (start is not [Eof, ..] || length == MaxPayload)
            return;
        ServerStatus status = length == EofLength ? ServerStatus.OfEof(start) : ServerStatus.OfOk(start);
        // What separates columns from rows; with a cursor, rows are asked for.
        if (isBehindColumns && length == EofLength && !status.HasCursor)
            return;
        End(status);
    }

    private void End(ServerStatus status)
    {
        _isInTransaction = status.IsInTransaction;
        if (status.HasMoreResults)
        {
            _step = Step.Result;
            return;
        }

        Finish();
        if (_command.IsOfCursor && status.HasCursor)
            (_cursors ??= []).Add(_command.Statement);
    }

    // An error says nothing about the transaction: whatever was open may still be.
    private void Finish()
    {
        _step = Step.None;
        if (_command.IsOfCursor)
            _cursors?.Remove(_command.Statement);
    }
}
