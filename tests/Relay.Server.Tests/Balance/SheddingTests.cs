using Relay.Protocol.Frames;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Mesh;
using Relay.Server.Tests.Mesh;
using Relay.Testing;

namespace Relay.Server.Tests.Balance;

public sealed class SheddingTests
{
    private const int Mark = 20;
    private static readonly TimeSpan Survey = TimeSpan.FromSeconds(10);
    private static readonly MeshOptions Patient = new() { PingInterval = TimeSpan.FromDays(1), SilenceTimeout = TimeSpan.FromDays(1) };

    [Fact]
    public async Task OverfullRelay_AsksThoseThatWouldRatherBeElsewhereFirst_ThenTheIdle_DownToTheMark()
    {
        await using var region = await RegionAsync();
        var away = await ConnectAsync(region, 3, "n0");
        var busy = await ConnectAsync(region, 15);
        var idle = await ConnectAsync(region, 7);
        var told = away.Concat(idle).ToDictionary(client => client, client => client.ReceiveAsync());
        await PassAsync(region, Survey);
        foreach (var client in busy)
        {
            await client.SendPacketAsync(client.Key, new byte[200]);
            await client.ReceivePacketAsync();
        }

        // Five too many, of which three would rather be elsewhere.
        for (var second = 0; second < 20; second++)
        {
            await PassAsync(region, TimeSpan.FromSeconds(1));
            await Eventually.True(() => told.Values.Count(notice => notice.IsCompleted) == region.Mesh("a").Shed, "the notices to be read");
        }

        Assert.Equal(5, region.Mesh("a").Shed);
        await Eventually.True(() => told.Keys.Count(client => client.Session.IsCompleted) == 5, "those that were asked to be closed");
        Assert.Equal(Mark, region["a"].Server.Snapshot().Clients - 1);
        Assert.All(away, client => Assert.True(client.Session.IsCompleted));
        Assert.All(busy, client => Assert.False(client.Session.IsCompleted));
        foreach (var (client, notice) in told.Where(one => one.Key.Session.IsCompleted)) await ExpectToldAsync(client, notice);
        Assert.Equal(5, region["a"].Server.Snapshot().Ended(EndReason.Shed));
        Assert.True(region.IsUp("a", "b") && region.IsUp("b", "a"));
    }

    [Fact]
    public async Task OverfullRelay_AsksFewASecond()
    {
        await using var region = await RegionAsync();
        await ConnectAsync(region, Mark + 45, "n0");
        var shed = new List<long>();
        for (var second = 0; second < 40; second++)
        {
            await PassAsync(region, TimeSpan.FromSeconds(1));
            shed.Add(region.Mesh("a").Shed);
        }

        Assert.Equal(45, shed[^1]);
        Assert.All(shed.Skip(1).Zip(shed), pair => Assert.InRange(pair.First - pair.Second, 0, 4));
        Assert.Equal(1, region["a"].Log.Count("Shedding"));
    }

    [Fact]
    public async Task Mark_ThatIsSetLater_TakesEffect_AndSoDoesItsEnd()
    {
        await using var region = await RegionAsync(mark: null);
        await ConnectAsync(region, Mark + 20, "n0");
        await PassAsync(region, 3 * Survey);
        Assert.Equal(0, region.Mesh("a").Shed);

        region.Mesh("a").ShedAbove = Mark;
        await PassAsync(region, 2 * Survey);
        Assert.InRange(region.Mesh("a").Shed, 5, 20);

        // Whoever was asked still goes.
        region.Mesh("a").ShedAbove = null;
        var asked = region.Mesh("a").Shed;
        await PassAsync(region, 2 * Survey);
        Assert.Equal((asked, asked), (region.Mesh("a").Shed, region["a"].Server.Snapshot().Ended(EndReason.Shed)));
    }

    /// <summary>It begins a twentieth above the mark.</summary>
    [Fact]
    public async Task RelayAtItsMark_AsksNobody()
    {
        await using var region = await RegionAsync();
        await ConnectAsync(region, Mark + 1, "n0");
        await PassAsync(region, 4 * Survey);
        Assert.Equal(0, region.Mesh("a").Shed);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RelayWithoutOneThatHasRoom_AsksNobody(bool othersAreFull)
    {
        await using var region = await RegionAsync();
        await ConnectAsync(region, Mark + 10, "n0");
        if (othersAreFull)
        {
            for (var i = 0; i < Mark; i++) await region["b"].ConnectAsync();
            await region.KnowsAsync("a", Mark);
        }
        else
        {
            region.Unreachable.Add("b");
            region.Reader("a", "b").Abort();
            await Eventually.True(() => region.Link("a", "b").State == MeshLinkState.Waiting, "the link to be down");
        }

        await PassAsync(region, 4 * Survey);
        Assert.Equal(0, region.Mesh("a").Shed);
    }

    /// <summary>Clients that try this relay first, and do not heed the notice, come right back: asking them again would only cut them off.</summary>
    [Fact]
    public async Task ClientsThatComeRightBack_AreLeftInPeace()
    {
        await using var region = await RegionAsync();
        var keys = Enumerable.Range(0, Mark + 8).Select(_ => NodePrivateKey.Generate()).ToList();
        var clients = new List<TestClient>();
        foreach (var key in keys) clients.Add(await region["a"].ConnectAsync(new TestClientOptions { Key = key }));
        for (var second = 0; second < 120; second++)
        {
            await PassAsync(region, TimeSpan.FromSeconds(1));
            for (var i = 0; i < clients.Count; i++)
            {
                if (clients[i].Session.IsCompleted) clients[i] = await region["a"].ConnectAsync(new TestClientOptions { Key = keys[i] });
            }
        }

        // Asked once, and then nobody for ten minutes.
        Assert.Equal(8, region.Mesh("a").Shed);
        Assert.Equal(1, region["a"].Log.Count("SheddingPaused"));
        await PassAsync(region, TimeSpan.FromMinutes(7));
        Assert.Equal(8, region.Mesh("a").Shed);
        await PassAsync(region, TimeSpan.FromMinutes(2));
        Assert.InRange(region.Mesh("a").Shed, 9, 16);
        foreach (var key in keys) key.Dispose();
    }

    private static async Task<MemoryMesh> RegionAsync(int? mark = Mark)
    {
        var region = new MemoryMesh();
        region.Add("a", Patient, new RelayOptions { ShedAbove = mark });
        region.Add("b", Patient);
        await region.LinkAsync("a", "b");
        return region;
    }

    private static async Task<List<TestClient>> ConnectAsync(MemoryMesh region, int count, string? ideal = null)
    {
        var clients = new List<TestClient>();
        for (var i = 0; i < count; i++) clients.Add(await region["a"].ConnectAsync(new TestClientOptions { IdealNode = ideal }));
        return clients;
    }

    // Second by second, so that connections that were closed are gone before the next.
    private static async Task PassAsync(MemoryMesh region, TimeSpan time)
    {
        for (; time > TimeSpan.Zero; time -= TimeSpan.FromSeconds(1))
        {
            region["a"].Advance(TimeSpan.FromSeconds(1));
            await Eventually.True(() => region["a"].Server.Sessions.Live.All(session => !session.IsEnding), "closed connections to be gone");
        }
    }

    // As on a told restart: to come back at once, and to try for ten seconds.
    private static async Task ExpectToldAsync(TestClient client, Task<ReceivedFrame> notice)
    {
        var frame = await notice;
        Assert.Equal(FrameType.Restarting, frame.Type);
        Assert.Equal([0, 0, 0, 0, 0, 0, 0x27, 0x10], frame.Payload);
        Assert.Equal(EndReason.Shed, await client.EndAsync());
    }
}
