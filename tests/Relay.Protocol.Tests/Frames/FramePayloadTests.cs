using System.Net;
using Relay.Protocol.Frames;

namespace Relay.Protocol.Tests.Frames;

/// <summary>Payloads of every length: too short is refused, missing ends have their defaults, extra bytes are ignored.</summary>
public sealed class FramePayloadTests
{
    private static readonly byte[] Presence = Known.Bytes(Known.ClientHex + "00000000000000000000ffffc0000221 9c40 08 ffffff");

    [Fact]
    public void PeerPresent_OfEveryLength_GivesWhatIsThere()
    {
        for (var length = 0; length <= Presence.Length; length++)
        {
            var read = FramePayload.TryReadPeerPresent(Presence.AsSpan(0, length), out var peer, out var address, out var flags);
            Assert.True(read == length >= 32, $"length {length}");
            Assert.Equal(read ? Known.Client : default, peer);
            Assert.Equal(length >= 50 ? IPEndPoint.Parse("192.0.2.33:40000") : null, address);
            Assert.Equal(length >= 51 ? PeerPresence.NotIdeal : PeerPresence.None, flags);
        }
    }

    [Fact]
    public void PeerGone_OfEveryLength_GivesTheReasonWhereItIsThere()
    {
        var payload = Known.Bytes(Known.ClientHex + "f0ffff");
        for (var length = 0; length <= payload.Length; length++)
        {
            var read = FramePayload.TryReadPeerGone(payload.AsSpan(0, length), out var peer, out var reason);
            Assert.True(read == length >= 32, $"length {length}");
            Assert.Equal(read ? Known.Client : default, peer);
            Assert.Equal(length >= 33 ? PeerGoneReason.MeshConnectionBroke : PeerGoneReason.Disconnected, reason);
        }
    }

    [Fact]
    public void Packet_OfEveryLength_NeedsAKey()
    {
        var payload = Known.Bytes(Known.ClientHex + "0102");
        for (var length = 0; length <= payload.Length; length++)
        {
            Assert.Equal(length >= 32, FramePayload.TryReadPacket(payload.AsSpan(0, length), out _, out var packet));
            Assert.Equal(Math.Max(0, length - 32), packet.Length);
        }
    }

    [Fact]
    public void Forward_OfEveryLength_NeedsTwoKeys()
    {
        var payload = Known.Bytes(Known.ClientHex + Known.RelayHex + "0102");
        for (var length = 0; length <= payload.Length; length++)
        {
            var read = FramePayload.TryReadForward(payload.AsSpan(0, length), out var source, out var destination, out var packet);
            Assert.True(read == length >= 64, $"length {length}");
            Assert.Equal(read ? (Known.Client, Known.Relay) : default, (source, destination));
            Assert.Equal(Math.Max(0, length - 64), packet.Length);
        }
    }

    [Fact]
    public void PingAndRestarting_OfEveryLength_NeedEightBytes()
    {
        for (var length = 0; length <= 16; length++)
        {
            Assert.Equal(length >= 8, FramePayload.TryReadPing(new byte[length], out _));
            Assert.Equal(length >= 8, FramePayload.TryReadRestarting(new byte[length], out _, out _));
        }
    }

    [Fact]
    public void Restarting_OfTheLargestTimes_FitsATimeSpan()
    {
        Assert.True(FramePayload.TryReadRestarting(Enumerable.Repeat((byte)0xFF, 8).ToArray(), out var wait, out var tryFor));
        Assert.Equal(TimeSpan.FromMilliseconds((long)uint.MaxValue), wait);
        Assert.Equal(wait, tryFor);
    }
}
