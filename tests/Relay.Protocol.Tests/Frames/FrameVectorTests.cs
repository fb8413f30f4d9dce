using System.Net;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;

namespace Relay.Protocol.Tests.Frames;

/// <summary>The frames of spec/derp.md 18, written and read.</summary>
public sealed class FrameVectorTests
{
    private delegate int Writer(Span<byte> destination);

    [Fact]
    public void ServerKey_BothWays()
    {
        var payload = Check("01 00000028 44455250f09f9491" + Known.RelayHex, to => ServerKey.Write(to, Known.Relay));
        Assert.True(ServerKey.TryRead(payload, out var relay));
        Assert.Equal(Known.Relay, relay);
    }

    [Fact]
    public void SendPacket_BothWays()
    {
        var payload = Check("04 00000025" + Known.RelayHex + "68656c6c6f", to => FrameWriter.SendPacket(to, Known.Relay, Known.Hello));
        Assert.True(FramePayload.TryReadPacket(payload, out var key, out var packet));
        Assert.Equal(Known.Relay, key);
        Assert.Equal(Known.Hello, packet);
    }

    [Fact]
    public void RecvPacket_BothWays()
    {
        var payload = Check("05 00000025" + Known.ClientHex + "68656c6c6f", to => FrameWriter.RecvPacket(to, Known.Client, Known.Hello));
        Assert.True(FramePayload.TryReadPacket(payload, out var key, out var packet));
        Assert.Equal(Known.Client, key);
        Assert.Equal(Known.Hello, packet);
    }

    [Fact]
    public void ForwardPacket_BothWays()
    {
        var payload = Check(
            "0a 00000045" + Known.ClientHex + Known.RelayHex + "68656c6c6f",
            to => FrameWriter.ForwardPacket(to, Known.Client, Known.Relay, Known.Hello));
        Assert.True(FramePayload.TryReadForward(payload, out var source, out var destination, out var packet));
        Assert.Equal((Known.Client, Known.Relay), (source, destination));
        Assert.Equal(Known.Hello, packet);
    }

    [Fact]
    public void KeepAlive_BothWays() => Assert.Empty(Check("06 00000000", FrameWriter.KeepAlive));

    [Fact]
    public void WatchConns_BothWays() => Assert.Empty(Check("10 00000000", FrameWriter.WatchConns));

    [Theory]
    [InlineData("07 00000001 01", true)]
    [InlineData("07 00000001 00", false)]
    public void NotePreferred_BothWays(string hex, bool preferred) => Check(hex, to => FrameWriter.NotePreferred(to, preferred));

    [Theory]
    [InlineData("00", PeerGoneReason.Disconnected)]
    [InlineData("01", PeerGoneReason.NotHere)]
    public void PeerGone_BothWays(string hex, PeerGoneReason expected)
    {
        var payload = Check("08 00000021" + Known.ClientHex + hex, to => FrameWriter.PeerGone(to, Known.Client, expected));
        Assert.True(FramePayload.TryReadPeerGone(payload, out var peer, out var reason));
        Assert.Equal((Known.Client, expected), (peer, reason));
    }

    [Theory]
    [InlineData("00000000000000000000ffffc0000221 9c40 01", "192.0.2.33:40000", PeerPresence.Regular)]
    [InlineData("20010db8000000000000000000000001 0001 0e", "[2001:db8::1]:1", PeerPresence.MeshPeer | PeerPresence.Prober | PeerPresence.NotIdeal)]
    [InlineData("00000000000000000000000000000000 0000 02", null, PeerPresence.MeshPeer)]
    public void PeerPresent_BothWays(string hex, string? text, PeerPresence expected)
    {
        var endPoint = text is null ? null : IPEndPoint.Parse(text);
        var payload = Check("09 00000033" + Known.ClientHex + hex, to => FrameWriter.PeerPresent(to, Known.Client, endPoint, expected));
        Assert.True(FramePayload.TryReadPeerPresent(payload, out var peer, out var address, out var flags));
        Assert.Equal((Known.Client, endPoint, expected), (peer, address, flags));
    }

    [Fact]
    public void PeerPresent_OfAScopedAddress_DropsTheScope()
    {
        var endPoint = new IPEndPoint(IPAddress.Parse("fe80::1%3"), 7);
        Check("09 00000033" + Known.ClientHex + "fe800000000000000000000000000001 0007 01", to => FrameWriter.PeerPresent(to, Known.Client, endPoint, PeerPresence.Regular));
    }

    [Fact]
    public void ClosePeer_BothWays()
    {
        var payload = Check("11 00000020" + Known.ClientHex, to => FrameWriter.ClosePeer(to, Known.Client));
        Assert.True(FramePayload.TryReadPacket(payload, out var peer, out _));
        Assert.Equal(Known.Client, peer);
    }

    [Fact]
    public void Ping_BothWays() => CheckPing("12 00000008 0102030405060708", to => FrameWriter.Ping(to, [1, 2, 3, 4, 5, 6, 7, 8]));

    [Fact]
    public void Pong_BothWays() => CheckPing("13 00000008 0102030405060708", to => FrameWriter.Pong(to, [1, 2, 3, 4, 5, 6, 7, 8]));

    [Theory]
    [InlineData("14 00000000", "")]
    [InlineData("14 00000006 5ac3bc726368", "Zürch")]
    public void Health_BothWays(string hex, string problem) => Assert.Equal(Known.Utf8(problem), Check(hex, to => FrameWriter.Health(to, problem)));

    [Fact]
    public void Restarting_BothWays()
    {
        var (wait, tryFor) = (TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10));
        var payload = Check("15 00000008 000007d0 00002710", to => FrameWriter.Restarting(to, wait, tryFor));
        Assert.True(FramePayload.TryReadRestarting(payload, out var readWait, out var readTryFor));
        Assert.Equal((wait, tryFor), (readWait, readTryFor));
    }

    [Fact]
    public void Restarting_WithTimesThatDoNotFit_StaysWithinThem()
    {
        Check("15 00000008 00000000 ffffffff", to => FrameWriter.Restarting(to, TimeSpan.FromSeconds(-1), TimeSpan.MaxValue));
    }

    private static void CheckPing(string hex, Writer write)
    {
        var payload = Check(hex, write);
        Assert.True(FramePayload.TryReadPing(payload, out var data));
        Assert.Equal(0x0102030405060708ul, data);
    }

    /// <summary>Writes the frame, compares its bytes, reads it again and returns the payload. Nothing beyond the frame is written.</summary>
    private static byte[] Check(string hex, Writer write)
    {
        var expected = Known.Bytes(hex);
        var buffer = new byte[expected.Length + 8];
        buffer.AsSpan().Fill(0xEE);
        Assert.Equal(expected.Length, write(buffer));
        Assert.Equal(hex.Replace(" ", "", StringComparison.Ordinal), Convert.ToHexStringLower(buffer.AsSpan(0, expected.Length)));
        Assert.True(buffer.AsSpan(expected.Length).IndexOfAnyExcept((byte)0xEE) < 0, "bytes beyond the frame were written");

        Assert.Equal(FrameStatus.Complete, Frame.TryRead(buffer, FrameLimits.ClientAccepts, out var frame));
        Assert.Equal((FrameType)expected[0], frame.Type);
        Assert.Equal(expected.Length, frame.TotalLength);
        return frame.Payload.ToArray();
    }
}
