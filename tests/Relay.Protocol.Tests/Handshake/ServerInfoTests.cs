using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.Protocol.Tests.Handshake;

public sealed class ServerInfoTests
{
    // spec/derp.md 18.
    private const string FrameHex =
        "03 00000035 a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7 bf43c9161fa6e7a3aeccd78c17f6e22c7290998345c4f87919ad718ce0";

    private static readonly byte[] Nonce = [.. Enumerable.Range(0xA0, 24).Select(i => (byte)i)];

    [Fact]
    public void ToFrame_OfTheExample_GivesItsBytes()
    {
        using var relay = Known.RelayPrivate();
        Assert.Equal(Known.Bytes(FrameHex), new ServerInfo().ToFrame(relay, Known.Client, Nonce));
    }

    [Fact]
    public void TryRead_OfTheExample_ReadsIt()
    {
        using var client = Known.ClientPrivate();
        Assert.Equal(new ServerInfo(), ServerInfo.TryRead(Known.Bytes(FrameHex).AsSpan(FrameHeader.Size), client, Known.Relay));
    }

    [Theory]
    [InlineData(2, 0, 0)]
    [InlineData(0, 0, 0)]
    [InlineData(3, 1_000_000, ServerInfo.MinBurst)]
    [InlineData(long.MaxValue, long.MaxValue, long.MaxValue)]
    public void TryRead_WhatToFrameWrote_GivesItBack(long version, long rate, long burst)
    {
        using var client = Known.ClientPrivate();
        using var relay = Known.RelayPrivate();
        var info = new ServerInfo { Version = version, TokenBucketBytesPerSecond = rate, TokenBucketBytesBurst = burst };
        var frame = info.ToFrame(relay, Known.Client);
        Assert.Equal(FrameStatus.Complete, Frame.TryRead(frame, FrameLimits.ClientAccepts, out var read));
        Assert.Equal(info, ServerInfo.TryRead(read.Payload, client, Known.Relay));
    }

    [Fact]
    public void TryRead_OfAnyPrefixOrWithAnyByteChanged_Fails()
    {
        using var client = Known.ClientPrivate();
        var payload = Known.Bytes(FrameHex)[FrameHeader.Size..];
        for (var i = 0; i < payload.Length; i++)
        {
            Assert.Null(ServerInfo.TryRead(payload.AsSpan(0, i), client, Known.Relay));
            payload[i] ^= 0x80;
            Assert.Null(ServerInfo.TryRead(payload, client, Known.Relay));
            payload[i] ^= 0x80;
        }

        Assert.NotNull(ServerInfo.TryRead(payload, client, Known.Relay));
    }

    [Fact]
    public void TryRead_FromAnotherRelayOrTheZeroKey_Fails()
    {
        using var client = Known.ClientPrivate();
        using var stranger = NodePrivateKey.Generate();
        var payload = Known.Bytes(FrameHex)[FrameHeader.Size..];
        Assert.Null(ServerInfo.TryRead(payload, client, stranger.Public));
        Assert.Null(ServerInfo.TryRead(payload, stranger, Known.Relay));
        Assert.Null(ServerInfo.TryRead(payload, client, default));
    }

    [Fact]
    public void ToFrame_ForAKeyOfLowOrder_Throws()
    {
        using var relay = Known.RelayPrivate();
        Assert.Throws<ArgumentException>(() => new ServerInfo().ToFrame(relay, default));
    }

    [Theory]
    [InlineData("{}", 0, 0, 0)]
    [InlineData("null", 0, 0, 0)]
    [InlineData("""{"version":2}""", 2, 0, 0)]
    [InlineData("""{"VERSION":2,"tokenbucketbytespersecond":5,"TOKENBUCKETBYTESBURST":6}""", 2, 5, 6)]
    [InlineData("""{"version":1,"version":2,"x":{"version":3}}""", 2, 0, 0)]
    [InlineData("""{"version":2,"version":null,"TokenBucketBytesBurst":null}""", 2, 0, 0)]
    [InlineData("""{"TokenBucket\u0042ytesPerSecond":-1}""", 0, -1, 0)]
    public void TryRead_WhatTheReferenceAccepts_IsAccepted(string json, long version, long rate, long burst)
    {
        var expected = new ServerInfo { Version = version, TokenBucketBytesPerSecond = rate, TokenBucketBytesBurst = burst };
        Assert.Equal(expected, Boxes.ReadServerInfo(Known.Utf8(json)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("2")]
    [InlineData("null 1")]
    [InlineData("{} {}")]
    [InlineData("{\"version\":2")]
    [InlineData("{\"version\":2.5}")]
    [InlineData("{\"version\":\"2\"}")]
    [InlineData("{\"version\":9223372036854775808}")]
    [InlineData("{\"TokenBucketBytesPerSecond\":1e3}")]
    [InlineData("{\"TokenBucketBytesBurst\":true}")]
    [InlineData("{\"\\udc00\":1}")]
    public void TryRead_OfAnythingElse_Fails(string json) => Assert.Null(Boxes.ReadServerInfo(Known.Utf8(json)));

    [Fact]
    public void TryRead_OfDeepNestingOrInvalidUtf8_Fails()
    {
        Assert.Null(Boxes.ReadServerInfo(Known.Utf8(new string('[', 200_000))));
        Assert.Null(Boxes.ReadServerInfo(Known.Utf8("{\"a\":" + new string('[', 200_000))));
        Assert.Null(Boxes.ReadServerInfo([.. "{\""u8, 0xFF, .. "\":1}"u8]));
    }
}
