using System.Buffers.Binary;
using System.Net;
using System.Text.Json;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Protocol.Tests.Recorded;

/// <summary>Every recorded frame reads as the recorder decoded it, and is written again to the same bytes.</summary>
public sealed class RecordedFrameTests
{
    public static TheoryData<string> Scenarios { get; } = [.. Recording.Scenarios];

    [Fact]
    public void Scenarios_AreAllThoseRecorded() => Assert.Equal(new Recording().ScenarioNames.Order(), Recording.Scenarios.Order());

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void EveryFrame_ReadsAndIsWrittenAgain(string scenario)
    {
        foreach (var step in new Recording().Frames(scenario))
        {
            var bytes = step.Hex("hex");
            Assert.Equal(FrameStatus.Complete, Frame.TryRead(bytes, Accepts(step), out var frame));
            Assert.Equal(bytes.Length, frame.TotalLength);
            Assert.Equal(step.Text("name"), frame.Type.ToString());
            Assert.Equal(step.Text("type"), $"0x{(byte)frame.Type:x2}");

            var fields = step.TryGetProperty("fields", out var decoded) ? decoded : default;
            var again = new byte[bytes.Length];
            var length = ReadAndWrite(frame, fields, again);
            if (length > 0) Assert.Equal(Convert.ToHexStringLower(bytes), Convert.ToHexStringLower(again.AsSpan(0, length)));
        }
    }

    [Fact]
    public void WebSocketMessages_CarryTheSameFrames()
    {
        var steps = new Recording().Events("websocket");
        foreach (var direction in new[] { "c2s", "s2c" })
        {
            var carried = steps.Where(step => step.Text("kind") == "ws" && step.Text("dir") == direction)
                .SelectMany(step => step.GetProperty("fields").Hex("payload"));
            var frames = steps.Where(step => step.Text("kind") == "frame" && step.Text("dir") == direction).SelectMany(step => step.Hex("hex"));
            Assert.StartsWith(Convert.ToHexString([.. frames]), Convert.ToHexString([.. carried]), StringComparison.Ordinal);
        }
    }

    private static Func<FrameHeader, bool> Accepts(JsonElement step) =>
        step.Text("dir") == "s2c" ? FrameLimits.ClientAccepts
        : step.Text("name") == "ClientInfo" ? FrameLimits.RelayAcceptsFirst
        : FrameLimits.RelayAccepts;

    /// <summary>Bytes written to <paramref name="again"/>; 0 for the boxed frames, which have tests of their own.</summary>
    private static int ReadAndWrite(Frame frame, JsonElement fields, Span<byte> again)
    {
        switch (frame.Type)
        {
            case FrameType.ServerKey:
                Assert.True(ServerKey.TryRead(frame.Payload, out var relay));
                Assert.Equal(KeyOf(fields, "serverPub"), relay);
                return ServerKey.Write(again, relay);
            case FrameType.SendPacket:
                var (to, sent) = ReadPacket(frame, fields, "dst");
                return FrameWriter.SendPacket(again, to, sent);
            case FrameType.RecvPacket:
                var (from, received) = ReadPacket(frame, fields, "src");
                return FrameWriter.RecvPacket(again, from, received);
            case FrameType.ForwardPacket:
                Assert.True(FramePayload.TryReadForward(frame.Payload, out var source, out var destination, out var packet));
                Assert.Equal((KeyOf(fields, "src"), KeyOf(fields, "dst")), (source, destination));
                Assert.Equal(fields.Hex("packet"), packet);
                return FrameWriter.ForwardPacket(again, source, destination, packet);
            case FrameType.PeerGone:
                Assert.True(FramePayload.TryReadPeerGone(frame.Payload, out var gone, out var reason));
                Assert.Equal((KeyOf(fields, "peer"), fields.GetProperty("reason").GetInt32()), (gone, (int)reason));
                return FrameWriter.PeerGone(again, gone, reason);
            case FrameType.PeerPresent:
                return PeerPresent(frame, fields, again);
            case FrameType.ClosePeer:
                return FrameWriter.ClosePeer(again, ReadPacket(frame, fields, "peer").Key);
            case FrameType.NotePreferred:
                Assert.Equal(fields.GetProperty("preferred").GetInt32(), frame.Payload[0]);
                return FrameWriter.NotePreferred(again, frame.Payload[0] != 0);
            case FrameType.Ping or FrameType.Pong:
                Assert.True(FramePayload.TryReadPing(frame.Payload, out var data));
                Assert.Equal(BinaryPrimitives.ReadUInt64BigEndian(fields.Hex("data")), data);
                return frame.Type == FrameType.Ping ? FrameWriter.Ping(again, fields.Hex("data")) : FrameWriter.Pong(again, fields.Hex("data"));
            case FrameType.KeepAlive:
                return FrameWriter.KeepAlive(again);
            case FrameType.WatchConns:
                return FrameWriter.WatchConns(again);
            case FrameType.ClientInfo or FrameType.ServerInfo:
                return 0;
            default:
                Assert.Fail($"no test for {frame.Type}");
                return 0;
        }
    }

    private static int PeerPresent(Frame frame, JsonElement fields, Span<byte> again)
    {
        Assert.True(FramePayload.TryReadPeerPresent(frame.Payload, out var peer, out var address, out var flags));
        Assert.Equal(KeyOf(fields, "peer"), peer);
        Assert.Equal(new IPEndPoint(IPAddress.Parse(fields.Text("ip")), fields.GetProperty("port").GetInt32()), address);
        Assert.Equal(fields.GetProperty("flags").GetInt32(), (int)flags);
        return FrameWriter.PeerPresent(again, peer, address, flags);
    }

    private static (NodeKey Key, byte[] Packet) ReadPacket(Frame frame, JsonElement fields, string member)
    {
        Assert.True(FramePayload.TryReadPacket(frame.Payload, out var key, out var packet));
        Assert.Equal(KeyOf(fields, member), key);
        Assert.Equal(fields.TryGetProperty("packet", out _) ? fields.Hex("packet") : [], packet);
        return (key, packet.ToArray());
    }

    private static NodeKey KeyOf(JsonElement fields, string member) => new(fields.GetProperty(member).Hex("hex"));
}
