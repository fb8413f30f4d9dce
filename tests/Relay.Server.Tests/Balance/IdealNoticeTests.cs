using System.Text;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Mesh;
using Relay.Server.Tests.Mesh;
using Relay.Testing;

namespace Relay.Server.Tests.Balance;

public sealed class IdealNoticeTests
{
    private static readonly TimeSpan After = TimeSpan.FromSeconds(30);

    // This clock runs ahead of the other relay's answers.
    private static readonly MeshOptions Patient = new() { PingInterval = TimeSpan.FromDays(1), SilenceTimeout = TimeSpan.FromDays(1) };

    [Fact]
    public async Task ClientThatIsNotOnItsIdealNode_IsToldOnceAndNotBeforeItsTime()
    {
        await using var region = await RegionAsync();
        var (there, here) = (await region["a"].ConnectAsync(new TestClientOptions { IdealNode = "n0" }), await region["a"].ConnectAsync());
        region["a"].Advance(After - TimeSpan.FromSeconds(2));
        Assert.Empty(await there.PingAsync());

        region["a"].Advance(TimeSpan.FromSeconds(20));
        var told = Assert.Single(await there.PingAsync());
        Assert.Equal(FrameType.Health, told.Type);
        Assert.Equal(
            "this client is not on its first node of the region, n0, which is up: packets may take one more hop until the client connects anew",
            Encoding.UTF8.GetString(told.Payload));
        Assert.Empty(await here.PingAsync());
    }

    /// <summary>The bytes: type 0x14, and nothing in it when it is over.</summary>
    [Fact]
    public async Task IdealNodeThatIsGone_IsTakenBackWithAnEmptyFrame()
    {
        await using var region = await RegionAsync();
        var client = await region["a"].ConnectAsync(new TestClientOptions { IdealNode = "n0" });
        region["a"].Advance(After + TimeSpan.FromSeconds(2));
        Assert.Single(await client.PingAsync());

        region.Unreachable.Add("b");
        region.Reader("a", "b").Abort();
        await Eventually.True(() => region.Link("a", "b").State == MeshLinkState.Waiting, "the link to be down");
        region["a"].Advance(TimeSpan.FromSeconds(2));
        var over = await client.ReceiveAsync();
        Assert.Equal((FrameType.Health, 0), (over.Type, over.Payload.Length));
    }

    /// <summary>Whoever goes there would be asked to go away again.</summary>
    [Fact]
    public async Task IdealNodeThatHasNoRoom_IsNotSpokenOf()
    {
        await using var region = await RegionAsync(shedAbove: 2);
        await region["b"].ConnectAsync();
        var second = await region["b"].ConnectAsync();
        await region.KnowsAsync("a", 2);
        var client = await region["a"].ConnectAsync(new TestClientOptions { IdealNode = "n0" });
        region["a"].Advance(After + TimeSpan.FromSeconds(5));
        Assert.Empty(await client.PingAsync());

        await second.DisposeAsync();
        await region.KnowsAsync("a", 1);
        region["a"].Advance(TimeSpan.FromSeconds(2));
        Assert.Single(await client.PingAsync());
    }

    [Fact]
    public async Task RelaysAndProbers_AreToldNothing()
    {
        await using var region = await RegionAsync();
        var monitor = await region["a"].ConnectAsync(new TestClientOptions { IdealNode = "n0", Info = new ClientInfo { MeshKey = Raw.MeshKey('5') } });
        var prober = await region["a"].ConnectAsync(new TestClientOptions { IdealNode = "n0", Info = new ClientInfo { IsProber = true } });
        var nameless = await region["a"].ConnectAsync(new TestClientOptions { IdealNode = "" });
        region["a"].Advance(After + TimeSpan.FromSeconds(5));
        foreach (var client in new[] { monitor, prober, nameless }) Assert.Empty(await client.PingAsync());
    }

    [Fact]
    public async Task WorseProblem_IsToldInItsPlaceAndTheOtherAfterIt()
    {
        await using var region = await RegionAsync();
        using var key = NodePrivateKey.Generate();
        var client = await region["a"].ConnectAsync(new TestClientOptions { Key = key, IdealNode = "n0" });
        var second = await region["a"].ConnectAsync(new TestClientOptions { Key = key });
        Assert.StartsWith("another connection", await HealthAsync(client), StringComparison.Ordinal);
        region["a"].Advance(After + TimeSpan.FromSeconds(2));
        Assert.Empty(await client.PingAsync());

        await second.DisposeAsync();
        Assert.StartsWith("this client is not on its first node", await HealthAsync(client), StringComparison.Ordinal);
    }

    /// <summary>When a relay was restarted and all its clients are elsewhere, they are not told at once.</summary>
    [Fact]
    public async Task ManyClients_AreToldAFewASecond()
    {
        await using var region = await RegionAsync();
        var clients = new List<TestClient>();
        for (var i = 0; i < 100; i++) clients.Add(await region["a"].ConnectAsync(new TestClientOptions { IdealNode = "n0" }));
        var told = new List<int>();
        region["a"].Advance(After);
        for (var second = 0; second < 3; second++)
        {
            var frames = await Task.WhenAll(clients.Select(client => client.PingAsync()));
            told.Add(frames.Sum(some => some.Count));
            region["a"].Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(100, told.Sum());
        Assert.All(told, count => Assert.InRange(count, 0, 64));
    }

    private static async Task<string> HealthAsync(TestClient client)
    {
        var frame = await client.ReceiveAsync();
        Assert.Equal(FrameType.Health, frame.Type);
        return Encoding.UTF8.GetString(frame.Payload);
    }

    private static async Task<MemoryMesh> RegionAsync(int? shedAbove = null)
    {
        var region = new MemoryMesh();
        region.Add("a", Patient, new RelayOptions { NotIdealAfter = After, ShedAbove = shedAbove });
        region.Add("b", Patient);
        await region.LinkAsync("a", "b");
        return region;
    }
}
