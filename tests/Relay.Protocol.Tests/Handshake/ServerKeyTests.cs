using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;

namespace Relay.Protocol.Tests.Handshake;

public sealed class ServerKeyTests
{
    private static readonly byte[] Payload = Known.Bytes("44455250f09f9491" + Known.RelayHex);

    [Fact]
    public void TryRead_OfEveryLength_NeedsAllFortyBytesAndIgnoresMore()
    {
        for (var length = 0; length <= FrameLimits.MaxServerKey + 1; length++)
        {
            var payload = new byte[length];
            Payload.AsSpan(0, Math.Min(length, 40)).CopyTo(payload);
            var read = ServerKey.TryRead(payload, out var relay);
            Assert.True(read == length is >= 40 and <= 1024, $"length {length}");
            Assert.Equal(read ? Known.Relay : default, relay);
        }
    }

    [Fact]
    public void TryRead_WithAnyByteOfTheMagicChanged_Fails()
    {
        for (var i = 0; i < 8; i++)
        {
            var payload = (byte[])Payload.Clone();
            payload[i] ^= 0x20;
            Assert.False(ServerKey.TryRead(payload, out _));
        }
    }

    [Fact]
    public void TryRead_OfTheZeroKey_Fails() => Assert.False(ServerKey.TryRead([.. Payload.AsSpan(0, 8), .. new byte[32]], out _));
}
