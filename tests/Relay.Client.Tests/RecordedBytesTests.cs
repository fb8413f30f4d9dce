using System.Text;
using Relay.Client.Connections;
using Relay.Client.Dialing;
using Relay.Client.Tests.Fakes;
using Relay.Client.Upgrade;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;

namespace Relay.Client.Tests;

/// <summary>The reference client's bytes are ours, and the reference relay's bytes are understood.</summary>
public sealed class RecordedBytesTests
{
    private static readonly string UserAgent = Pair.Options.UserAgent;

    [Theory]
    [InlineData("basic", "A", "http://127.0.0.1:3350", false)]
    [InlineData("fast-start-plain", "G", "http://127.0.0.1:3350", true)]
    public void RequestHead_ForAUrl_EqualsTheReference(string scenario, string connection, string url, bool fastStart)
    {
        var expected = Vectors.Events(scenario, connection)[0].Bytes;
        Assert.Equal(Text(expected), Text(RequestHead.Raw(RelayEndpoint.FromUrl(url).Targets[0], UserAgent, fastStart)));
    }

    [Fact]
    public void RequestHead_ForANodeOfAMap_EqualsTheReference()
    {
        var target = RelayEndpoint.FromNode(new DerpNode { Name = "900a", HostName = "127.0.0.1", DERPPort = 3350 }).Targets[0];
        Assert.Equal(Text(Vectors.Events("fast-start", "F")[0].Bytes), Text(RequestHead.Raw(target, UserAgent, fastStart: true)));
    }

    [Fact]
    public void RequestHead_OnANodeThatIsNotIdeal_EqualsTheReference()
    {
        var target = RelayEndpoint.FromUrl("http://127.0.0.1:3350").Targets[0] with { IdealNode = "900z" };
        Assert.Equal(Text(Vectors.Events("mesh", "N")[0].Bytes), Text(RequestHead.Raw(target, UserAgent, fastStart: false)));
    }

    [Fact]
    public void RequestHead_ForWebSocket_EqualsTheReferenceButForItsCompression()
    {
        var expected = Text(Vectors.Events("websocket", "W")[0].Bytes).Replace("Accept-Encoding: gzip\r\n", "", StringComparison.Ordinal);
        var key = expected.Split("Sec-Websocket-Key: ")[1].Split("\r\n")[0];
        var host = expected.Split("Host: ")[1].Split("\r\n")[0];
        Assert.Equal(expected, Text(RequestHead.WebSocket(RelayEndpoint.FromUrl($"http://{host}").Targets[0], UserAgent, key)));
    }

    [Theory]
    [InlineData("basic", "A")]
    [InlineData("mesh", "M")]
    public void Frames_WithoutChance_EqualTheReference(string scenario, string connection)
    {
        var compared = 0;
        foreach (var (_, name, bytes) in Vectors.Events(scenario, connection).Where(e => e.Direction == "c2s"))
        {
            if (Ours(bytes) is not { } frame) continue;
            var written = new byte[frame.Size];
            frame.Write(written);
            Assert.True(bytes.AsSpan().SequenceEqual(written), $"{name} differs");
            compared++;
        }

        Assert.True(compared >= 4, $"only {compared} frames were compared");
    }

    [Theory]
    [InlineData("basic", "A")]
    [InlineData("basic", "B")]
    [InlineData("mesh", "M")]
    [InlineData("mesh", "C")]
    [InlineData("keepalive", "K")]
    [InlineData("fast-start-plain", "G")]
    public async Task RelaysBytes_Replayed_AreUnderstood(string scenario, string connection)
    {
        var events = Vectors.Events(scenario, connection).Where(e => e.Direction == "s2c").ToList();
        var line = new MemoryLine(4 << 20);
        foreach (var (_, _, bytes) in events) await line.Server.WriteAsync(bytes, Within.Token);
        var expected = events.Where(e => e.Name is not ("response" or "ServerKey")).Select(e => e.Name).ToList();
        Assert.Equal("ServerInfo", expected[0]);

        using var key = Vectors.PrivateKey(connection);
        var options = Pair.Options with { PrivateKey = key };
        var handshake = new Handshake(Pair.Plain.Targets[0], options, new PhaseClock(TimeProvider.System));
        var fast = scenario.StartsWith("fast", StringComparison.Ordinal) ? Vectors.PrivateKey("server").Public : (NodeKey?)null;
        var result = await Within.TimeAsync(handshake.RunAsync(line.Client, fast, false, Within.Token), "the handshake");
        await using var client = new RelayConnection(new Connector.Connected(result, Pair.Plain.Targets[0], null, null, new ConnectTimings()), options);
        Assert.Equal(Vectors.PrivateKey("server").Public, client.ServerKey);

        foreach (var name in expected.Skip(1))
        {
            var message = await Within.ReceiveAsync(client);
            Assert.Equal(name == "RecvPacket" ? "Packet" : name, message.Kind.ToString());
        }
    }

    [Theory]
    [InlineData("basic", "A")]
    [InlineData("mesh", "M")]
    [InlineData("mesh", "P")]
    public void ClientInfo_OpenedByTheRelay_SaysTheSame(string scenario, string connection)
    {
        using var server = Vectors.PrivateKey("server");
        var recorded = Vectors.Events(scenario, connection).Single(e => e.Name == "ClientInfo").Bytes;
        Assert.Equal(ClientInfoStatus.Ok, ClientInfo.TryRead(recorded.AsSpan(FrameHeader.Size), server, out _, out var theirs));

        using var key = Vectors.PrivateKey(connection);
        var nonce = recorded.AsSpan(FrameHeader.Size + NodeKey.Size, 24);
        var ours = new ClientInfo { CanAckPings = theirs.CanAckPings, IsProber = connection == "P", MeshKey = connection == "M" ? Vectors.Mesh : null };
        Assert.Equal(recorded, ours.ToFrame(key, server.Public, nonce));
    }

    private static OutgoingFrame? Ours(byte[] recorded)
    {
        Frame.TryRead(recorded, static _ => true, out var frame);
        return frame.Type switch
        {
            _ when !FrameHeader.TryRead(recorded, out var header) || header.Length + FrameHeader.Size != recorded.Length => null,
            FrameType.SendPacket => OutgoingFrame.Send(new NodeKey(frame.Payload[..32]), frame.Payload[32..].ToArray()),
            FrameType.ForwardPacket => OutgoingFrame.Forward(new NodeKey(frame.Payload[..32]), new NodeKey(frame.Payload[32..64]), frame.Payload[64..].ToArray()),
            FrameType.ClosePeer => OutgoingFrame.ClosePeer(new NodeKey(frame.Payload[..32])),
            FrameType.NotePreferred or FrameType.WatchConns or FrameType.Ping => OutgoingFrame.Plain(frame.Type, frame.Payload.ToArray()),
            _ => null,
        };
    }

    private static string Text(byte[] bytes) => Encoding.ASCII.GetString(bytes);
}
