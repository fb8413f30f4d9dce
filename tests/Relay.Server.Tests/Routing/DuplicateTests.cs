using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Tests.Connections;
using Relay.Testing;

namespace Relay.Server.Tests.Routing;

public sealed class DuplicateTests
{
    [Fact]
    public async Task LastToSpeak_ReceivesAndTheOthersAreStillRead()
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var options = new TestClientOptions { Key = key };
        var sender = await relay.ConnectAsync();
        var first = await relay.ConnectAsync(options);
        await ExpectAsync(sender, first, "one connection");

        var second = await relay.ConnectAsync(options);
        await ExpectHealthAsync(first, warned: true);
        await ExpectHealthAsync(second, warned: true);
        await ExpectAsync(sender, second, "after the second connected");

        await first.SendAsync(new byte[] { 7, 0, 0, 0, 1, 1 });
        await first.PingAsync();
        await ExpectAsync(sender, first, "after the first spoke");

        await second.PingAsync();
        await ExpectAsync(sender, second, "after the second spoke");
        Assert.Equal(2, relay.Server.Snapshot().Duplicates);
        Assert.Equal(2, relay.Server.Snapshot().Clients);

        await second.DisposeAsync();
        await second.EndAsync();
        await ExpectHealthAsync(first, warned: false);
        await ExpectAsync(sender, first, "after the second closed");
        Assert.Equal(0, relay.Server.Snapshot().Duplicates);
    }

    [Fact]
    public async Task ThreeConnections_LastTalkerStillHereTakesOver()
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var options = new TestClientOptions { Key = key };
        var sender = await relay.ConnectAsync();
        var (a, b, c) = (await relay.ConnectAsync(options), await relay.ConnectAsync(options), await relay.ConnectAsync(options));
        foreach (var member in new[] { a, b, c }) await ExpectHealthAsync(member, warned: true);
        await b.PingAsync();
        await a.PingAsync();
        await c.PingAsync();
        await c.DisposeAsync();
        await c.EndAsync();
        await ExpectAsync(sender, a, "the last talker before the one that left");
        Assert.Equal(2, relay.Server.Snapshot().Duplicates);
    }

    /// <summary>Whoever has thousands of connections of one key, and lets them speak in turns, keeps the directory no longer than two do.</summary>
    [Fact]
    public async Task ManyConnectionsOfOneKey_SpeakingInTurns_CostNoMoreThanTwo()
    {
        var (two, many) = (await CostOfTurnsAsync(2), await CostOfTurnsAsync(4000));
        Assert.True(many < 10 * two, $"a turn costs {two.TotalNanoseconds:0} ns among two, {many.TotalNanoseconds:0} ns among 4,000");
    }

    [Fact]
    public async Task DepartureNotice_ComesOnlyWithTheLastConnection()
    {
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var options = new TestClientOptions { Key = key };
        var receiver = await relay.ConnectAsync();
        var (a, b) = (await relay.ConnectAsync(options), await relay.ConnectAsync(options));
        await a.SendPacketAsync(receiver.Key, "x");
        await receiver.ReceivePacketAsync();

        await a.DisposeAsync();
        await a.EndAsync();
        Assert.Empty(await receiver.PingAsync());
        await b.DisposeAsync();
        await b.EndAsync();
        Assert.Equal(FrameType.PeerGone, Assert.Single(await receiver.PingAsync()).Type);
    }

    private static async Task ExpectAsync(TestClient sender, TestClient receiver, string packet)
    {
        await sender.SendPacketAsync(receiver.Key, packet);
        Assert.Equal(packet, System.Text.Encoding.UTF8.GetString((await receiver.ReceivePacketAsync()).Packet));
    }

    private static async Task<TimeSpan> CostOfTurnsAsync(int connections)
    {
        const int Turns = 10_000;
        await using var relay = new TestRelay();
        using var key = NodePrivateKey.Generate();
        var streams = Enumerable.Range(0, connections).Select(_ => new ScriptedStream(key, relay.Key.Public, [])).ToList();
        var serving = streams.Select(stream => relay.Server.ServeAsync(stream.Connection)).ToList();
        await Eventually.True(() => relay.Server.Snapshot().Duplicates == connections, "all to be connected");
        var sessions = relay.Server.Sessions.Live.Take(2).ToList();
        var best = TimeSpan.MaxValue;
        for (var round = 0; round < 10; round++)
        {
            var began = TimeProvider.System.GetTimestamp();
            for (var turn = 0; turn < Turns; turn++) relay.Server.Context.Directory.NoteActivity(sessions[turn % 2]);
            var took = TimeProvider.System.GetElapsedTime(began);
            if (took < best) best = took;
        }

        Assert.Empty(relay.Server.Context.Directory.CheckConsistency());
        foreach (var stream in streams) stream.End();
        await Eventually.Done(Task.WhenAll(serving), "all to leave");
        return best / Turns;
    }

    private static async Task ExpectHealthAsync(TestClient client, bool warned)
    {
        var frame = await client.ReceiveAsync();
        Assert.Equal(FrameType.Health, frame.Type);
        Assert.Equal(warned, frame.Payload.Length > 0);
    }
}
