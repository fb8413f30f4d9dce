using System.Text.Json;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Protocol.Tests.Recorded;

/// <summary>The boxes of the recorded handshakes, opened from both sides and sealed again to the same bytes.</summary>
public sealed class RecordedHandshakeTests
{
    [Fact]
    public void EveryClientInfo_OpensReadsAndSealsAgainToTheSameBytes()
    {
        var recording = new Recording();
        using var relay = recording.PrivateKey("server");
        var frames = Named(recording, "ClientInfo");
        Assert.Equal(15, frames.Count);
        foreach (var step in frames)
        {
            var (bytes, fields) = (step.Hex("hex"), step.GetProperty("fields"));
            using var client = recording.PrivateKey(fields.GetProperty("clientPub").Text("who"));
            var payload = bytes.AsSpan(FrameHeader.Size);

            Assert.Equal(ClientInfoStatus.Ok, ClientInfo.TryRead(payload, relay, out var key, out var info));
            Assert.Equal(client.Public, key);
            Compare(fields.Text("plaintext"), info);
            Assert.Equal(bytes, info.ToFrame(client, relay.Public, fields.Hex("nonce")));

            // The box belongs to the pair of keys: the client's side opens it as well.
            CheckPlaintext(client, relay.Public, payload[NodeKey.Size..], fields.Hex("plaintextHex"));
            CheckPlaintext(relay, client.Public, payload[NodeKey.Size..], fields.Hex("plaintextHex"));
        }
    }

    [Fact]
    public void EveryServerInfo_OpensReadsAndSealsAgainToTheSameBytes()
    {
        var recording = new Recording();
        using var relay = recording.PrivateKey("server");
        var frames = Named(recording, "ServerInfo");
        Assert.Equal(15, frames.Count);
        foreach (var step in frames)
        {
            var (bytes, fields) = (step.Hex("hex"), step.GetProperty("fields"));
            using var client = recording.PrivateKey(fields.Text("openedBy"));
            var payload = bytes.AsSpan(FrameHeader.Size);

            var info = ServerInfo.TryRead(payload, client, relay.Public);
            Assert.Equal(new ServerInfo { Version = 2 }, info);
            Assert.Equal(bytes, info!.ToFrame(relay, client.Public, fields.Hex("nonce")));
            CheckPlaintext(client, relay.Public, payload, fields.Hex("plaintextHex"));
            CheckPlaintext(relay, client.Public, payload, fields.Hex("plaintextHex"));
        }
    }

    private static List<JsonElement> Named(Recording recording, string name) =>
        [.. Recording.Scenarios.SelectMany(recording.Frames).Where(step => step.Text("name") == name)];

    private static void Compare(string plaintext, ClientInfo info)
    {
        using var document = JsonDocument.Parse(plaintext);
        var json = document.RootElement;
        Assert.Equal(json.TryGetProperty("version", out var version) ? version.GetInt64() : 0, info.Version);
        Assert.Equal(json.TryGetProperty("CanAckPings", out var acks) && acks.GetBoolean(), info.CanAckPings);
        Assert.Equal(json.TryGetProperty("IsProber", out var prober) && prober.GetBoolean(), info.IsProber);
        Assert.Equal(json.TryGetProperty("meshKey", out var mesh) ? mesh.GetString() : null, info.MeshKey?.RevealHex());
    }

    private static void CheckPlaintext(NodePrivateKey own, NodeKey other, ReadOnlySpan<byte> blob, byte[] expected)
    {
        using var secret = own.DeriveBox(other)!;
        var opened = new byte[expected.Length];
        Assert.True(secret.TryOpen(blob[24..], blob[..24], opened));
        Assert.Equal(expected, opened);
    }
}
