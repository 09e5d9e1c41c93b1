using System.Text;
using ProxyGuard.Core.ReadPort;

namespace ProxyGuard.Core.Tests.ReadPort;

public class FirstPacketTests
{
    [Fact]
    public void Too_many_connections_is_reported_in_a_MySQL_error_packet()
    {
        byte[] packet = FirstPacket.TooManyConnections.ToArray();
        Assert.Equal(packet.Length - 4, packet[0] | packet[1] << 8 | packet[2] << 16);
        Assert.Equal(0, packet[3]);
        Assert.Equal([0xFF, 0x10, 0x04], packet[4..7]);
        Assert.StartsWith("#08004Too many connections", Encoding.ASCII.GetString(packet, 7, packet.Length - 7), StringComparison.Ordinal);
    }

    [Fact]
    public void An_error_packet_is_distinguished_from_a_greeting()
    {
        Assert.True(FirstPacket.IsRefusal(FirstPacket.NobodyThere.ToArray()));
        Assert.True(FirstPacket.IsRefusal([0x17, 0, 0, 0, 0xFF, 0x10, 0x04]));
        Assert.False(FirstPacket.IsRefusal([0x4A, 0, 0, 0, 10, (byte)'8']));
    }
}
