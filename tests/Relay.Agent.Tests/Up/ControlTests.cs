using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Relay.Protocol.Keys;
using Relay.Testing;

namespace Relay.Agent.Tests.Up;

public sealed class ControlTests
{
    private readonly NodePrivateKey _alice = NodePrivateKey.Generate(), _bob = NodePrivateKey.Generate();

    [Fact]
    public async Task Status_OfARunningAgent_ShowsPeersAndWhy()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await alice.SaysAsync("connected");
        var table = await Run.RelayAsync("status", "--control", alice.ControlPath);
        Assert.Equal(0, table.Exit);
        Assert.Contains("relay 127.0.0.1  connected", table.Output, StringComparison.Ordinal);
        Assert.Contains(_bob.Public.ToWireGuard()[..10], table.Output, StringComparison.Ordinal);
        Assert.Contains("no traffic", table.Output, StringComparison.Ordinal);

        var json = await Run.RelayAsync("status", "--json", "--control", alice.ControlPath);
        var peer = JsonDocument.Parse(json.Output).RootElement.GetProperty("peers")[0];
        Assert.Equal(_bob.Public.ToText(), peer.GetProperty("peer").GetString());
        Assert.Equal("relay", peer.GetProperty("path").GetString());
        Assert.InRange(peer.GetProperty("since_seconds").GetDouble(), 0, 600);
    }

    [Fact]
    public async Task Ping_OfAPeerOfARunningAgent_SaysWhichWayItTook()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await using var bob = new TestAgent(relay, _bob, [_alice.Public]);
        await alice.SaysAsync("connected");
        await bob.SaysAsync("connected");
        var ping = await Run.RelayAsync("ping", _bob.Public.ToWireGuard(), "--control", alice.ControlPath, "-c", "2", "-i", "0.01");
        Assert.Equal(0, ping.Exit);
        Assert.Contains("via relay 127.0.0.1: seq=2 time=", ping.Output, StringComparison.Ordinal);
        using var stranger = NodePrivateKey.Generate();
        (await Run.RelayAsync("ping", stranger.Public.ToText(), "--control", alice.ControlPath)).AssertFails(69, "not a peer of this interface");
    }

    [Fact]
    public async Task Control_OfRubbish_AnswersAndGoesOn()
    {
        await using var relay = await RelaydProcess.StartAsync();
        await using var alice = new TestAgent(relay, _alice, [_bob.Public]);
        await alice.SaysAsync("connected");
        foreach (var text in new[] { "\n", "{}\n", "{\"op\":5}\n", "{\"op\":\"stop\"}\n", new string('x', 5000), "{\"op\":\"ping\",\"peer\":\"\\u0000\"}\n" })
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(alice.ControlPath));
            await socket.SendAsync(Encoding.UTF8.GetBytes(text));
            using var reader = new StreamReader(new NetworkStream(socket));
            Assert.Contains("\"error\":", await Eventually.Done(reader.ReadLineAsync(), $"an answer to {text.Trim()[..Math.Min(10, text.Trim().Length)]}"), StringComparison.Ordinal);
        }

        Assert.Equal(0, (await Run.RelayAsync("status", "--control", alice.ControlPath)).Exit);
    }

    [Fact]
    public async Task Status_WithoutAnAgent_SaysSo() =>
        (await Run.RelayAsync("status", "--control", Path.Combine(Path.GetTempPath(), $"{Guid.NewGuid():N}.sock"))).AssertFails(69, "no agent answers");
}
