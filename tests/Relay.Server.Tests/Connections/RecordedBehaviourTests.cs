using System.Text.Json;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

/// <summary>What the reference did with each frame that was tried on it, tried on this relay.</summary>
public sealed class RecordedBehaviourTests
{
    public static TheoryData<string> Behaviours()
    {
        var names = new TheoryData<string>();
        foreach (var behaviour in Load().GetProperty("behaviours").EnumerateArray())
        {
            if (behaviour.TryGetProperty("sentHex", out _) || behaviour.TryGetProperty("sentHexHead", out _)) names.Add(behaviour.Text("name"));
        }

        return names;
    }

    [Theory]
    [MemberData(nameof(Behaviours))]
    public async Task Relay_DoesAsTheReferenceDid(string name)
    {
        var behaviour = Load().GetProperty("behaviours").EnumerateArray().Single(b => b.Text("name") == name);
        if (!behaviour.TryGetProperty("aliveAfter", out var aliveAfter)) Assert.Skip("recorded before the handshake: see the handshake tests");
        await using var relay = new TestRelay(key: NodePrivateKey.TryParse(Load().GetProperty("keys").GetProperty("server").Text("privText")));
        var client = await relay.ConnectAsync();

        await client.TrySendAsync(Sent(behaviour));
        if (!aliveAfter.GetBoolean())
        {
            Assert.Empty(await client.ReceiveToEndAsync());
            await client.EndAsync();
            return;
        }

        // The recording's probe is a ping of these eight bytes; ours must come back after the same frames.
        var answers = await client.PingAsync("PROBE!!!");
        var expected = behaviour.GetProperty("received").EnumerateArray().Select(f => f.Text("hex")).Where(h => !h.EndsWith("50524f4245212121", StringComparison.Ordinal));
        Assert.Equal(expected, answers.Select(f => $"{(byte)f.Type:x2}{f.Payload.Length:x8}{Convert.ToHexStringLower(f.Payload)}"));
    }

    private static byte[] Sent(JsonElement behaviour)
    {
        if (behaviour.TryGetProperty("sentHex", out _)) return behaviour.Hex("sentHex");
        var bytes = new byte[behaviour.GetProperty("sentLen").GetInt32()];
        behaviour.Hex("sentHexHead").CopyTo(bytes, 0);
        return bytes;
    }

    private static JsonElement Load() => Vectors.Load("derp-handshake.json");
}
