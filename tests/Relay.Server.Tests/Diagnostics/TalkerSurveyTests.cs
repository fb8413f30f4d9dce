using Relay.Protocol.Keys;
using Relay.Server.Diagnostics;

namespace Relay.Server.Tests.Diagnostics;

public sealed class TalkerSurveyTests
{
    [Fact]
    public async Task Survey_GivesTheBusiestFirst_AndNoMoreThanAskedFor()
    {
        await using var relay = new TestRelay();
        var (quiet, busy, busiest) = (await relay.ConnectAsync(), await relay.ConnectAsync(), await relay.ConnectAsync());
        await SendAsync(quiet, quiet.Key, 10);
        await SendAsync(busy, busy.Key, 200);
        await SendAsync(busiest, busiest.Key, 3000);

        Assert.Equal([busiest.Key, busy.Key], relay.Server.SurveyTalkers(2).Select(t => t.Key));
    }

    [Fact]
    public async Task Survey_CountsWhatWasMovedSinceTheOneBefore()
    {
        await using var relay = new TestRelay();
        var (alice, bob) = (await relay.ConnectAsync(), await relay.ConnectAsync());
        await SendAsync(alice, bob.Key, 1000);
        Assert.Equal(2, relay.Server.SurveyTalkers(10).Count);
        Assert.Empty(relay.Server.SurveyTalkers(10));

        await SendAsync(alice, bob.Key, 50);
        var talkers = relay.Server.SurveyTalkers(10).ToDictionary(t => t.Key);
        Assert.Equal((50, 0, 1050, 0), Moved(talkers[alice.Key]));
        Assert.Equal((0, 50, 0, 1050), Moved(talkers[bob.Key]));
    }

    [Fact]
    public async Task Survey_SaysHowManyPacketsOfATalkerWereDropped()
    {
        await using var relay = new TestRelay();
        var alice = await relay.ConnectAsync();
        using var nobody = NodePrivateKey.Generate();
        await SendAsync(alice, nobody.Public, 100);
        Assert.Equal(1, Assert.Single(relay.Server.SurveyTalkers(10)).PacketsDropped);
    }

    private static (long, long, long, long) Moved(Talker talker) =>
        (talker.RecentBytesIn, talker.RecentBytesOut, talker.BytesIn, talker.BytesOut);

    // The pong says that the relay has read the packet.
    private static async Task SendAsync(TestClient from, NodeKey to, int bytes)
    {
        await from.SendPacketAsync(to, new byte[bytes]);
        await from.PingAsync();
    }
}
