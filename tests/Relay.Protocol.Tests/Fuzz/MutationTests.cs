using System.Net;
using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Protocol.Map;
using Relay.Protocol.Tests.Handshake;

namespace Relay.Protocol.Tests.Fuzz;

/// <summary>No input makes a parser throw, or believe what is not there.</summary>
public sealed class MutationTests
{
    private const string ClientJson = "{\"meshKey\":\"" + Boxes.MeshHex + "\",\"version\":2,\"CanAckPings\":true,\"IsProber\":false,\"x\":[{\"y\":null}]}";

    [Fact]
    public void Frames_AndTheirPayloads_NeverThrow()
    {
        var mutator = new Mutator(1, GoodFrames());
        for (var round = 0; round < 60_000; round++)
        {
            var input = mutator.Next();
            try
            {
                ReadAsRelayAndClient(input);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"round {round}, {Convert.ToHexStringLower(input)}: {e}");
            }
        }
    }

    [Fact]
    public void HandshakeJson_NeverThrows()
    {
        var mutator = new Mutator(2, [Known.Utf8(ClientJson), "{\"version\":2,\"TokenBucketBytesPerSecond\":100,\"TokenBucketBytesBurst\":70000}"u8.ToArray(), "null"u8.ToArray()]);
        var accepted = 0;
        for (var round = 0; round < 5_000; round++)
        {
            var json = mutator.Next();
            try
            {
                if (Boxes.ReadClientInfo(json, out _) == ClientInfoStatus.Ok) accepted++;
                if (Boxes.ReadServerInfo(json) is not null) accepted++;
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"round {round}, {Convert.ToHexStringLower(json)}: {e}");
            }
        }

        Assert.InRange(accepted, 100, 9_000);
    }

    [Fact]
    public void DerpMaps_AreReadOrRefusedInOneLine()
    {
        var good = Known.Utf8(
            """
            {"HomeParams":{"RegionScore":{"1":0.5}},"Regions":{"1":{"RegionID":1,"RegionCode":"a","RegionName":"A","Latitude":1.5,"Avoid":true,
            "Nodes":[{"Name":"1a","RegionID":1,"HostName":"h.example","CertName":"c","IPv4":"none","STUNPort":-1,"CanPort80":true}]}},"omitDefaultRegions":true}
            """);
        var mutator = new Mutator(3, [good]);
        var accepted = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var json = mutator.Next();
            try
            {
                var text = DerpMap.Parse(json).ToJson();
                Assert.Equal(text, DerpMap.Parse(Known.Utf8(text)).ToJson());
                accepted++;
            }
            catch (FormatException e)
            {
                Assert.DoesNotContain(e.Message, char.IsControl);
            }
            catch (Exception e) when (e is not Xunit.Sdk.XunitException)
            {
                Assert.Fail($"round {round}, {Encoding.Latin1.GetString(json)}: {e}");
            }
        }

        Assert.InRange(accepted, 100, 19_000);
    }

    [Fact]
    public void KeyTexts_NeverThrow_AndWhatIsReadIsWrittenAgain()
    {
        var mutator = new Mutator(4, [Known.Utf8(Known.Relay.ToText()), Known.Utf8(Known.RelayHex), Known.Utf8(Known.Relay.ToWireGuard())]);
        for (var round = 0; round < 30_000; round++)
        {
            var text = Encoding.Latin1.GetString(mutator.Next());
            if (NodeKey.TryParse(text, out var key)) Assert.Equal(text, key.ToText(), ignoreCase: true);
            if (NodeKey.TryParseHex(text, out key)) Assert.Equal(text, key.ToHex(), ignoreCase: true);
            if (NodeKey.TryParseWireGuard(text, out key)) Assert.Equal(text, key.ToWireGuard());
            if (MeshKey.TryParse(text) is { } mesh) Assert.Equal(text, mesh.RevealHex(), ignoreCase: true);
        }
    }

    private static void ReadAsRelayAndClient(ReadOnlySpan<byte> input)
    {
        foreach (var accepts in new[] { FrameLimits.RelayAccepts, FrameLimits.RelayAcceptsFirst, FrameLimits.ClientAccepts })
        {
            var rest = input;
            while (Frame.TryRead(rest, accepts, out var frame) == FrameStatus.Complete)
            {
                Assert.InRange(frame.TotalLength, FrameHeader.Size, rest.Length);
                ReadPayload(frame.Payload);
                rest = rest[frame.TotalLength..];
            }
        }
    }

    private static void ReadPayload(ReadOnlySpan<byte> payload)
    {
        FramePayload.TryReadPacket(payload, out _, out var packet);
        PacketKinds.Classify(packet);
        FramePayload.TryReadForward(payload, out _, out _, out packet);
        PacketKinds.Classify(packet);
        FramePayload.TryReadPeerGone(payload, out _, out _);
        FramePayload.TryReadPeerPresent(payload, out _, out _, out _);
        FramePayload.TryReadPing(payload, out _);
        FramePayload.TryReadRestarting(payload, out _, out _);
        ServerKey.TryRead(payload, out _);
    }

    private static List<byte[]> GoodFrames()
    {
        var buffer = new byte[512];
        List<byte[]> frames =
        [
            buffer[..FrameWriter.SendPacket(buffer, Known.Relay, [4, 0, 0, 0, .. new byte[60]])],
            buffer[..FrameWriter.ForwardPacket(buffer, Known.Relay, Known.Client, "TS💬"u8)],
            buffer[..FrameWriter.PeerPresent(buffer, Known.Client, IPEndPoint.Parse("192.0.2.1:9"), PeerPresence.Regular)],
            buffer[..FrameWriter.PeerGone(buffer, Known.Client, PeerGoneReason.NotHere)],
            buffer[..FrameWriter.Restarting(buffer, TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2))],
            buffer[..FrameWriter.Health(buffer, "full")],
            buffer[..FrameWriter.NotePreferred(buffer, true)],
            buffer[..ServerKey.Write(buffer, Known.Relay)],
        ];
        frames.Add([.. frames.SelectMany(frame => frame)]);
        return frames;
    }
}
