using System.Text.Json;
using Relay.Crypto;
using Relay.Paths.Disco;
using Relay.Protocol.Keys;
using Relay.Stun.Messages;
using Relay.Testing;

namespace Relay.Paths.Tests.Disco;

/// <summary>Byte for byte what the reference implementation writes, and the same verdicts about what it refuses.</summary>
public sealed class DiscoVectorTests
{
    private static readonly JsonElement Recorded = Vectors.Load("disco.json");

    [Theory]
    [InlineData("ping")]
    [InlineData("ping with padding")]
    public void Ping_WrittenAsRecorded(string name)
    {
        var message = Message(name);
        var ping = new DiscoPing(Id(message), new NodeKey(message.GetProperty("fields").Hex("nodeKey")));
        var written = new byte[DiscoPing.Size + message.GetProperty("fields").GetProperty("padding").GetInt32()];
        ping.Write(written);
        Assert.Equal(message.Hex("hex"), written);
        Assert.True(DiscoPing.TryRead(written, out var read));
        Assert.Equal(ping, read);
    }

    [Fact]
    public void Ping_WithoutNodeKey_HasTheZeroKey()
    {
        var message = Message("ping without node key");
        Assert.True(DiscoPing.TryRead(message.Hex("hex"), out var ping));
        Assert.Equal(Id(message), ping.Id);
        Assert.True(ping.Sender.IsZero);
    }

    [Theory]
    [InlineData("pong v4")]
    [InlineData("pong v6")]
    public void Pong_WithoutCount_WrittenAsRecorded(string name)
    {
        var message = Message(name);
        var pong = new DiscoPong(Id(message), Address(message.GetProperty("fields").Text("src")), Received: null);
        var written = new byte[DiscoPong.Size];
        Assert.Equal(message.Hex("hex"), written[..pong.Write(written)]);
        Assert.True(DiscoPong.TryRead(message.Hex("hex"), out var read));
        Assert.Equal(pong, read);
    }

    [Theory]
    [InlineData("callmemaybe")]
    [InlineData("callmemaybe empty")]
    public void CallMeMaybe_WrittenAsRecorded(string name)
    {
        var message = Message(name);
        var addresses = message.GetProperty("fields").GetProperty("myNumber").EnumerateArray().Select(a => Address(a.GetString()!)).ToArray();
        var written = new byte[CallMeMaybe.SizeFor(addresses.Length)];
        CallMeMaybe.Write(written, addresses);
        Assert.Equal(message.Hex("hex"), written);
        var read = CallMeMaybe.Read(written);
        Assert.Equal(addresses.Length, read.Count);
        for (var i = 0; i < addresses.Length; i++) Assert.Equal(addresses[i], read[i]);
    }

    [Fact]
    public void EveryMessage_SealedByTheReference_Opens()
    {
        using var box = Box("B", "A");
        var count = 0;
        foreach (var message in Recorded.GetProperty("messages").EnumerateArray())
        {
            var packet = message.GetProperty("sealedAtoB").Hex("hex");
            Assert.True(DiscoFrame.TryReadSender(packet, out var sender));
            Assert.Equal(new DiscoKey(Key("A").Hex("public")), sender);
            Assert.Equal(message.Hex("hex"), DiscoFrame.Open(packet, box, new byte[packet.Length]));
            count++;
        }

        Assert.Equal(13, count);
    }

    [Fact]
    public void Sealed_ByUs_OpensForTheOther()
    {
        using var ours = Box("A", "B");
        using var theirs = Box("B", "A");
        var message = Message("ping").Hex("hex");
        var packet = new byte[message.Length + DiscoFrame.Overhead];
        DiscoFrame.Seal(packet, new DiscoKey(Key("A").Hex("public")), ours, message);
        Assert.Equal(Message("ping").GetProperty("sealedAtoB").Hex("hex").Length, packet.Length);
        Assert.Equal(message, DiscoFrame.Open(packet, theirs, new byte[message.Length]));
    }

    [Fact]
    public void MalformedMessages_GetTheReferencesVerdict()
    {
        foreach (var malformed in Recorded.GetProperty("malformed").EnumerateArray())
        {
            var message = malformed.Hex("hex");
            if (message.Length < 2) continue; // the frame refuses these
            switch ((DiscoMessageType)message[0])
            {
                case DiscoMessageType.Ping:
                    Assert.False(DiscoPing.TryRead(message, out _));
                    break;
                case DiscoMessageType.Pong:
                    Assert.False(DiscoPong.TryRead(message, out _));
                    break;
                case DiscoMessageType.CallMeMaybe:
                    Assert.Equal(0, CallMeMaybe.Read(message).Count);
                    break;
                default:
                    Assert.False(Enum.IsDefined((DiscoMessageType)message[0]));
                    break;
            }
        }
    }

    private static JsonElement Message(string name) =>
        Recorded.GetProperty("messages").EnumerateArray().Single(message => message.Text("name") == name);

    private static JsonElement Key(string name) => Recorded.GetProperty("keys").GetProperty(name);

    private static BoxSecret Box(string mine, string theirs) => BoxSecret.Derive(Key(mine).Hex("private"), Key(theirs).Hex("public"))!;

    private static StunTransactionId Id(JsonElement message) => new(message.GetProperty("fields").Hex("txid"));

    private static TransportAddress Address(string text) => TransportAddress.From(System.Net.IPEndPoint.Parse(text));
}
