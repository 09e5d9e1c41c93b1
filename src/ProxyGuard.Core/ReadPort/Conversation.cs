namespace ProxyGuard.Core.ReadPort;

/// <summary>
/// What goes on on one connection, as far as it has to be known to end it politely. Each side's bytes come in their order; any thread may
/// ask.
/// </summary>
public sealed class Conversation
{
    private readonly Lock _turn = new();
    private readonly ReplyReader _replies = new();
    private readonly CommandReader _commands;
    private readonly TlsRecords _records = new();
    private bool _wasServerLast;
    private bool _isDelivering;

    public Conversation() => _commands = new CommandReader(_replies);

    /// <summary>
    /// Whether all that the client asked is answered and was passed on. Of an encrypted or compressed connection: whether the last word was
    /// the server's and may be the last of an answer.
    /// </summary>
    public bool IsIdle
    {
        get
        {
            lock (_turn)
                return !_isDelivering && (_commands.IsOpaque ? _wasServerLast && _records.MayEndAnswer : _replies.IsAtEnd);
        }
    }

    /// <summary>
    /// How long nothing may have been said until <see cref="IsIdle"/> is reason to end it: between two questions of one page less time
    /// passes.
    /// </summary>
    public TimeSpan QuietUntilIdle
    {
        get
        {
            lock (_turn)
                return TimeSpan.FromSeconds(_commands.IsOpaque ? 5 : 1);
        }
    }

    /// <summary>To be called before the bytes are passed on: the server's answer to them must find it done.</summary>
    public void ClientSent(ReadOnlySpan<byte> bytes)
    {
        lock (_turn)
        {
            _wasServerLast = false;
            _commands.Follow(bytes);
        }
    }

    /// <summary>To be called before the bytes are passed on: the client's answer to them must find it done.</summary>
    public void ServerSent(ReadOnlySpan<byte> bytes)
    {
        lock (_turn)
        {
            _wasServerLast = _isDelivering = true;
            if (_commands.IsEncrypted)
                _records.Follow(bytes);
            else if (!_commands.IsOpaque)
                _replies.Follow(bytes);
        }
    }

    /// <summary>What the server sent has been passed on; a client may be slow to take it.</summary>
    public void Delivered()
    {
        lock (_turn)
            _isDelivering = false;
    }
}
