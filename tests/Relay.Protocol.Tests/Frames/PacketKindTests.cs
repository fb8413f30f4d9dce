using System.Buffers.Binary;
using Relay.Protocol.Frames;

namespace Relay.Protocol.Tests.Frames;

public sealed class PacketKindTests
{
    [Theory]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(1400)]
    [InlineData(65536)]
    public void Disco_FromItsHeaderOn_IsRecognised(int length) => Assert.Equal(PacketKind.Disco, PacketKinds.Classify(Disco(length)));

    [Fact]
    public void Disco_ShorterThanItsHeader_IsOther()
    {
        for (var length = 0; length < 62; length++) Assert.Equal(PacketKind.Other, PacketKinds.Classify(Disco(length)));
    }

    [Fact]
    public void Disco_WithOneBitOfItsMagicChanged_IsOther()
    {
        for (var bit = 0; bit < 48; bit++)
        {
            var packet = Disco(100);
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.True(PacketKinds.Classify(packet) == PacketKind.Other, $"bit {bit}");
        }
    }

    [Theory]
    [InlineData(1, 148)]
    [InlineData(2, 92)]
    [InlineData(3, 64)]
    public void WireGuardHandshake_OnlyAtItsExactSize(uint type, int size)
    {
        for (var length = 0; length <= 200; length++)
        {
            var expected = length == size ? PacketKind.WireGuardHandshake : PacketKind.Other;
            Assert.True(PacketKinds.Classify(WireGuard(type, length)) == expected, $"type {type}, {length} bytes");
        }
    }

    [Fact]
    public void WireGuardData_FromTheEmptyKeepaliveOn()
    {
        for (var length = 0; length <= 200; length++)
        {
            var expected = length >= 32 ? PacketKind.WireGuardData : PacketKind.Other;
            Assert.True(PacketKinds.Classify(WireGuard(4, length)) == expected, $"{length} bytes");
        }
    }

    [Theory]
    [InlineData(0x00000000)]
    [InlineData(0x00000005)]
    [InlineData(0x01000004)]
    [InlineData(0x00010001)]
    [InlineData(0x04000000)]
    public void WireGuard_OfAnotherTypeOrWithReservedBits_IsOther(uint type)
    {
        foreach (var length in new[] { 32, 64, 92, 148 }) Assert.Equal(PacketKind.Other, PacketKinds.Classify(WireGuard(type, length)));
    }

    private static byte[] WireGuard(uint type, int length)
    {
        var packet = new byte[Math.Max(4, length)];
        BinaryPrimitives.WriteUInt32LittleEndian(packet, type);
        return packet[..length];
    }

    private static byte[] Disco(int length)
    {
        var packet = new byte[Math.Max(6, length)];
        Known.Bytes("5453f09f92ac").CopyTo(packet, 0);
        return packet[..length];
    }
}
