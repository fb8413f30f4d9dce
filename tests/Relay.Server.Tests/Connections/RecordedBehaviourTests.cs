using System.Text.Json;
using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Server.Tests.Connections;

/// <summary>What the reference did with each frame that was tried on it, tried on this relay.</summary>
public sealed class RecordedBehaviourTests
{
    public static TheoryData<string> AfterHandshake() => Names(b => b.TryGetProperty("aliveAfter", out _));

    public static TheoryData<string> InHandshake() => Names(b => b.TryGetProperty("accepted", out _));

    [Theory]
    [MemberData(nameof(AfterHandshake))]
    public async Task Relay_DoesAsTheReferenceDid(string name)
    {
        var behaviour = Find(name);
        await using var relay = ReferenceRelay();
        var client = await relay.ConnectAsync();

        await client.TrySendAsync(Sent(behaviour));
        if (!behaviour.GetProperty("aliveAfter").GetBoolean())
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

    [Theory]
    [MemberData(nameof(InHandshake))]
    public async Task Relay_AcceptsAndRefusesAsTheReferenceDid(string name)
    {
        var behaviour = Find(name);
        await using var relay = ReferenceRelay();
        var client = relay.Open();
        await client.ReceiveAsync();

        await client.TrySendAsync(Sent(behaviour));
        if (behaviour.GetProperty("accepted").GetBoolean())
        {
            Assert.Equal(FrameType.ServerInfo, (await client.ReceiveAsync()).Type);
            return;
        }

        if (behaviour.GetProperty("afterMs").GetInt32() > 0)
        {
            await client.AwaitedAsync();
            relay.Advance(TimeSpan.FromSeconds(11));
        }
        else
        {
            Assert.Empty(await client.ReceiveToEndAsync());
        }

        await client.EndAsync();
    }

    private static TheoryData<string> Names(Func<JsonElement, bool> which) =>
        new(Load().GetProperty("behaviours").EnumerateArray().Where(which).Select(b => b.Text("name")));

    private static JsonElement Find(string name) => Load().GetProperty("behaviours").EnumerateArray().Single(b => b.Text("name") == name);

    private static TestRelay ReferenceRelay() =>
        new(key: NodePrivateKey.TryParse(Load().GetProperty("keys").GetProperty("server").Text("privText")));

    private static byte[] Sent(JsonElement behaviour)
    {
        if (behaviour.TryGetProperty("sentHex", out _)) return behaviour.Hex("sentHex");
        var bytes = new byte[behaviour.GetProperty("sentLen").GetInt32()];
        behaviour.Hex("sentHexHead").CopyTo(bytes, 0);
        return bytes;
    }

    private static JsonElement Load() => Vectors.Load("derp-handshake.json");
}
