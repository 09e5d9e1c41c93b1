namespace ProxyGuard.Core.ReadPort;

/// <summary>Follows what a client sends: its hello, and which answers it may expect.</summary>
internal sealed class CommandReader(ReplyReader replies) : PacketFollower
{
    // After these nothing can be read; and before 4.1 packets had another form.
    private const Capabilities Unreadable = Capabilities.Ssl | Capabilities.Compress | Capabilities.ZstdCompression;

    private bool _saidHello;

    /// <summary>Whether what follows is encrypted, compressed, or of a form that we do not know.</summary>
    public bool IsOpaque { get; private set; }

    /// <summary>Whether what follows is TLS.</summary>
    public bool IsEncrypted { get; private set; }

    protected override void Read(ReadOnlySpan<byte> start, int length, byte sequence)
    {
        if (!_saidHello)
            ReadHello(Greetings.OfClient(start));
        else if (replies.AwaitsFile)
            replies.HasPartOfFile(isEnd: length == 0);
        else if (sequence == 0 && length > 0) // else it is a step of a login
            replies.Expect(Command.In(start));
    }

    private void ReadHello(Capabilities client)
    {
        _saidHello = true;
        replies.ClientCan(client);
        if ((client & Unreadable) == 0 && client.HasFlag(Capabilities.Protocol41))
            return;
        IsOpaque = true;
        IsEncrypted = client.HasFlag(Capabilities.Ssl);
        Stop();
    }
}
