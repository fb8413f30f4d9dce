using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Handshake;

public sealed class ClientInfoTests
{
    // spec/derp.md 18.
    private const string FrameHex =
        "02 00000068" + Known.ClientHex + "808182838485868788898a8b8c8d8e8f9091929394959697"
        + "b01c1545d10c85737f21cac2f863a6bf38a15b673d7b2bf55da90ef8f0d0d23f3a576b73a1f4fbea8919834d882e8df6";

    private static readonly byte[] Nonce = [.. Enumerable.Range(0x80, 24).Select(i => (byte)i)];

    [Fact]
    public void ToFrame_OfTheExample_GivesItsBytes()
    {
        using var client = Known.ClientPrivate();
        Assert.Equal(Known.Bytes(FrameHex), new ClientInfo { CanAckPings = true }.ToFrame(client, Known.Relay, Nonce));
    }

    [Fact]
    public void TryRead_OfTheExample_ReadsIt()
    {
        using var relay = Known.RelayPrivate();
        var status = ClientInfo.TryRead(Known.Bytes(FrameHex).AsSpan(FrameHeader.Size), relay, out var client, out var info);
        Assert.Equal((ClientInfoStatus.Ok, Known.Client), (status, client));
        Assert.Equal(new ClientInfo { CanAckPings = true }, info);
    }

    [Fact]
    public void ToFrame_OfAMeshPeer_Has182BytesOfPayload()
    {
        using var client = Known.ClientPrivate();
        using var relay = Known.RelayPrivate();
        var frame = new ClientInfo { MeshKey = MeshKey.TryParse(Boxes.MeshHex) }.ToFrame(client, Known.Relay);
        Assert.Equal(FrameHeader.Size + 182, frame.Length);
        Assert.Equal(ClientInfoStatus.Ok, ClientInfo.TryRead(frame.AsSpan(FrameHeader.Size), relay, out _, out var info));
        Assert.Equal(Boxes.MeshHex, info.MeshKey?.RevealHex());
    }

    [Theory]
    [InlineData(2, false, false)]
    [InlineData(0, true, true)]
    [InlineData(-1, false, true)]
    [InlineData(long.MaxValue, true, false)]
    public void TryRead_WhatToFrameWrote_GivesItBack(long version, bool canAckPings, bool isProber)
    {
        using var client = Known.ClientPrivate();
        using var relay = Known.RelayPrivate();
        var info = new ClientInfo { Version = version, CanAckPings = canAckPings, IsProber = isProber };
        var frame = info.ToFrame(client, Known.Relay);
        Assert.Equal(FrameStatus.Complete, Frame.TryRead(frame, FrameLimits.RelayAcceptsFirst, out var read));
        Assert.Equal(ClientInfoStatus.Ok, ClientInfo.TryRead(read.Payload, relay, out _, out var again));
        Assert.Equal(info, again);
    }

    [Fact]
    public void ToFrame_Twice_UsesTwoNonces()
    {
        using var client = Known.ClientPrivate();
        Assert.NotEqual(new ClientInfo().ToFrame(client, Known.Relay), new ClientInfo().ToFrame(client, Known.Relay));
    }

    [Fact]
    public void ToFrame_ForAKeyOfLowOrder_Throws()
    {
        using var client = Known.ClientPrivate();
        Assert.Throws<ArgumentException>(() => new ClientInfo().ToFrame(client, default));
    }

    [Fact]
    public void TryRead_OfEveryPrefix_FailsWithoutMembers()
    {
        using var relay = Known.RelayPrivate();
        var payload = Known.Bytes(FrameHex).AsSpan(FrameHeader.Size);
        for (var length = 0; length < payload.Length; length++)
        {
            var status = ClientInfo.TryRead(payload[..length], relay, out _, out var info);
            Assert.Equal(length < 72 ? ClientInfoStatus.TooShort : ClientInfoStatus.BadBox, status);
            Assert.Equal(new ClientInfo(), info);
        }
    }

    [Fact]
    public void TryRead_WithAnyByteChanged_Fails()
    {
        using var relay = Known.RelayPrivate();
        var payload = Known.Bytes(FrameHex)[FrameHeader.Size..];
        for (var i = 0; i < payload.Length; i++)
        {
            payload[i] ^= 0x01;
            Assert.Equal(ClientInfoStatus.BadBox, ClientInfo.TryRead(payload, relay, out _, out _));
            payload[i] ^= 0x01;
        }
    }

    [Fact]
    public void TryRead_ForAnotherRelay_IsABadBox()
    {
        using var stranger = NodePrivateKey.Generate();
        Assert.Equal(ClientInfoStatus.BadBox, ClientInfo.TryRead(Known.Bytes(FrameHex).AsSpan(FrameHeader.Size), stranger, out _, out _));
    }

    [Theory]
    [MemberData(nameof(Crypto.BoxSecretTests.LowOrderPoints), MemberType = typeof(Crypto.BoxSecretTests))]
    public void TryRead_FromAKeyOfLowOrder_IsABadKey(string point)
    {
        using var relay = Known.RelayPrivate();
        byte[] payload = [.. Convert.FromHexString(point), .. new byte[72]];
        Assert.Equal(ClientInfoStatus.BadKey, ClientInfo.TryRead(payload, relay, out _, out _));
    }
}
