using Relay.Paths.Disco;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;

namespace Relay.Paths.Tests.Disco;

/// <summary>Cut, grown, changed and forged messages: never an exception, never taken for another.</summary>
public sealed class DiscoHostileTests
{
    [Fact]
    public void Packet_CutAnywhere_DoesNotOpen()
    {
        using var keys = new TwoKeys();
        var packet = keys.Seal(APing());
        for (var length = 0; length < packet.Length; length++)
        {
            var cut = packet.AsSpan(0, length);
            Assert.True(!DiscoFrame.TryReadSender(cut, out _) || DiscoFrame.Open(cut, keys.Box, new byte[200]).IsEmpty, $"opened when cut to {length}");
        }
    }

    [Fact]
    public void Packet_WithAnyBitChanged_IsAnotherSendersOrDoesNotOpen()
    {
        using var keys = new TwoKeys();
        var packet = keys.Seal(APing());
        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
            var known = DiscoFrame.TryReadSender(packet, out var sender) && sender == keys.Sender;
            Assert.True(!known || DiscoFrame.Open(packet, keys.Box, new byte[200]).IsEmpty, $"opened with bit {bit} changed");
            packet[bit / 8] ^= (byte)(1 << (bit % 8));
        }

        Assert.False(DiscoFrame.Open(packet, keys.Box, new byte[200]).IsEmpty);
    }

    [Fact]
    public void Packet_SealedWithAnotherKey_DoesNotOpen()
    {
        using var keys = new TwoKeys();
        using var others = new TwoKeys();
        Assert.True(DiscoFrame.Open(others.Seal(APing()), keys.Box, new byte[200]).IsEmpty);
    }

    [Fact]
    public void Packet_LongerThanTheBuffer_DoesNotOpen()
    {
        using var keys = new TwoKeys();
        Assert.True(DiscoFrame.Open(keys.Seal(APing()), keys.Box, new byte[DiscoPing.Size - 1]).IsEmpty);
    }

    [Fact]
    public void Ping_CutAnywhere_IsRefusedOrWithoutKey()
    {
        var ping = APing();
        for (var length = 0; length < ping.Length; length++)
        {
            var read = DiscoPing.TryRead(ping.AsSpan(0, length), out var cut);
            Assert.Equal(length >= 14, read);
            Assert.True(cut.Sender.IsZero);
        }
    }

    [Fact]
    public void Pong_CutAnywhere_IsRefusedOrWithoutCount()
    {
        var pong = new byte[DiscoPong.Size];
        new DiscoPong(StunTransactionId.NewRandom(), default, 77).Write(pong);
        for (var length = 0; length < pong.Length; length++)
        {
            Assert.Equal(length >= 32, DiscoPong.TryRead(pong.AsSpan(0, length), out var cut));
            Assert.Null(cut.Received);
        }

        Assert.True(DiscoPong.TryRead([.. pong, 1, 2, 3], out var whole));
        Assert.Equal(77, whole.Received);
    }

    [Fact]
    public void Pong_WithOtherBytesBehind_HasNoCount()
    {
        var pong = new byte[DiscoPong.Size];
        new DiscoPong(StunTransactionId.NewRandom(), default, -1).Write(pong);
        Assert.True(DiscoPong.TryRead(pong, out var negative));
        Assert.Null(negative.Received);
        pong[32] = (byte)'?';
        Assert.True(DiscoPong.TryRead(pong, out var foreign));
        Assert.Null(foreign.Received);
    }

    [Fact]
    public void Announcement_CutAnywhereOrOfAnotherVersion_IsRefused()
    {
        using var keys = new TwoKeys();
        var announcement = new Announcement(true, NodeTraits.IPv4, 3, Challenge.NewRandom(), Challenge.NewRandom(), keys.Sender);
        var message = new byte[Announcement.Size];
        announcement.Write(message);
        for (var length = 0; length < message.Length; length++) Assert.False(Announcement.TryRead(message.AsSpan(0, length), out _));
        Assert.True(Announcement.TryRead([.. message, 9], out var read));
        Assert.Equal(announcement, read);
        message[1] = 1;
        Assert.False(Announcement.TryRead(message, out _));
    }

    [Fact]
    public void Announcement_OfTheZeroKey_IsRefused()
    {
        var message = new byte[Announcement.Size];
        new Announcement(true, 0, 1, Challenge.NewRandom(), default, default).Write(message);
        Assert.False(Announcement.TryRead(message, out _));
    }

    [Fact]
    public void RandomBytes_BehindEveryType_AreReadWithoutException()
    {
        var random = new Random(4);
        for (var i = 0; i < 20_000; i++)
        {
            var message = new byte[2 + random.Next(200)];
            random.NextBytes(message);
            DiscoPing.TryRead(message, out _);
            DiscoPong.TryRead(message, out _);
            Announcement.TryRead(message, out _);
            var call = CallMeMaybe.Read(message);
            for (var n = 0; n < call.Count; n++) _ = call[n];
        }
    }

    private static byte[] APing()
    {
        var message = new byte[DiscoPing.Size];
        using var key = NodePrivateKey.Generate();
        new DiscoPing(StunTransactionId.NewRandom(), key.Public).Write(message);
        return message;
    }

    private sealed class TwoKeys : IDisposable
    {
        public TwoKeys()
        {
            using var a = NodePrivateKey.Generate();
            using var b = NodePrivateKey.Generate();
            (Sender, Box) = (new DiscoKey(a.Public), a.DeriveBox(b.Public)!);
        }

        public DiscoKey Sender { get; }

        public Relay.Crypto.BoxSecret Box { get; }

        public byte[] Seal(byte[] message)
        {
            var packet = new byte[message.Length + DiscoFrame.Overhead];
            DiscoFrame.Seal(packet, Sender, Box, message);
            return packet;
        }

        public void Dispose() => Box.Dispose();
    }
}
