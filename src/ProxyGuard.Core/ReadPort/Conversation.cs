using System.Buffers.Binary;

namespace ProxyGuard.Core.ReadPort;

/// <summary>What goes on on one connection, as far as it has to be known to end it politely. Each side's bytes come from one thread, and any thread may ask.</summary>
public sealed class Conversation
{
    // CLIENT_SSL, CLIENT_COMPRESS, CLIENT_ZSTD_COMPRESSION_ALGORITHM.
    private const uint Opaque = 0x0800 | 0x0020 | 0x0400_0000;

    private readonly ReplyTracker _replies = new();
    private bool _saidHello;
    private volatile bool _isOpaque;
    private volatile bool _isUnderWay = true;
    private volatile bool _isDelivering;

    /// <summary>Whether the last word was the server's, ended a reply and was passed on. Of an encrypted or compressed connection only the first half is known.</summary>
    public bool IsIdle => !_isUnderWay && !_isDelivering;

    /// <summary>How long nothing may have been said until <see cref="IsIdle"/> is believed: some clients send their next command before the last is answered.</summary>
    public TimeSpan QuietUntilIdle => TimeSpan.FromSeconds(_isOpaque ? 5 : 1);

    /// <summary>To be called before the bytes are passed on.</summary>
    public void ClientSent(ReadOnlySpan<byte> bytes)
    {
        if (!_saidHello)
        {
            _saidHello = true;
            _isOpaque = IsHelloOpaque(bytes);
        }

        if (!IsUnanswered(bytes))
            _isUnderWay = true;
    }

    /// <summary>To be called before the bytes are passed on: the client's answer to them must find it done.</summary>
    public void ServerSent(ReadOnlySpan<byte> bytes)
    {
        _isDelivering = true;
        if (_isOpaque)
        {
            _isUnderWay = false;
            return;
        }

        _replies.Follow(bytes);
        _isUnderWay = !_replies.IsAtEnd;
    }

    /// <summary>What the server sent has been passed on; a client may be slow to take it.</summary>
    public void Delivered() => _isDelivering = false;

    // Its capabilities come first after the header; a hello in pieces is none we could follow.
    private static bool IsHelloOpaque(ReadOnlySpan<byte> hello) => hello.Length < 8 || (BinaryPrimitives.ReadUInt32LittleEndian(hello[4..]) & Opaque) != 0;

    // COM_STMT_CLOSE: pools end every prepared statement with it, and no answer comes.
    private static bool IsUnanswered(ReadOnlySpan<byte> bytes) => bytes is [5, 0, 0, 0, 0x19, _, _, _, _];
}
