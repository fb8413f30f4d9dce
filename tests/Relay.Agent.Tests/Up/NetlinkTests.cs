using System.Buffers.Binary;
using Relay.Agent.Up.Network;

namespace Relay.Agent.Tests.Up;

public sealed class NetlinkTests
{
    [Fact]
    public void Read_OfABatch_GathersWhatMatters()
    {
        Assert.Equal(NetworkEvents.Something, NetlinkMessages.Read(Message(20, new byte[8])));
        Assert.Equal(NetworkEvents.Something, NetlinkMessages.Read(Message(17, new byte[16])));
        Assert.Equal(NetworkEvents.DefaultRoute, NetlinkMessages.Read(Message(25, Route(0, 254))));
        Assert.Equal(NetworkEvents.Something, NetlinkMessages.Read(Message(24, Route(0, 254), replaced: true)));
        Assert.Equal(NetworkEvents.None, NetlinkMessages.Read(Message(24, Route(24, 254))));
        Assert.Equal(NetworkEvents.None, NetlinkMessages.Read(Message(24, Route(0, 255))));
        Assert.Equal(NetworkEvents.None, NetlinkMessages.Read(Message(3, [])));
        Assert.Equal(NetworkEvents.Something | NetworkEvents.DefaultRoute, NetlinkMessages.Read([.. Message(24, Route(0, 254)), .. Message(21, new byte[9]), .. Message(16, [])]));
    }

    [Fact]
    public void Read_OfDamagedBatches_Ends()
    {
        byte[] whole = [.. Message(24, Route(0, 254)), .. Message(21, new byte[9]), .. Message(16, [])];
        for (var length = 0; length < whole.Length; length++) NetlinkMessages.Read(whole.AsSpan(0, length));
        var random = new Random(1);
        for (var i = 0; i < 10_000; i++)
        {
            var damaged = whole.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            NetlinkMessages.Read(damaged);
        }
    }

    private static byte[] Route(byte destinationLength, byte table) => [2, destinationLength, 0, 0, table, 0, 0, 0, 0, 0, 0, 0];

    private static byte[] Message(ushort type, byte[] body, bool replaced = false)
    {
        var message = new byte[(16 + body.Length + 3) & ~3];
        BinaryPrimitives.WriteInt32LittleEndian(message, 16 + body.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(4), type);
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(6), (ushort)(replaced ? 0x100 : 0));
        body.CopyTo(message, 16);
        return message;
    }
}
