using Relay.Server.Mesh;
using Relay.Testing;

namespace Relay.Server.Tests.Mesh;

public sealed class LinkTests
{
    [Fact]
    public async Task BrokenLink_TakesItsKeysAlongAndBringsThemBack()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        await b.ConnectAsync();
        await region.KnowsAsync("a", 1);

        region.Unreachable.Add("b");
        region.Reader("a", "b").Abort();
        await region.KnowsAsync("a", 0);
        await Eventually.True(() => region.Link("a", "b").State == MeshLinkState.Waiting, "a to wait before it dials again");

        region.Unreachable.Clear();
        await a.AdvanceUntilAsync(() => region.IsUp("a", "b"), "the link to come back");
        await region.KnowsAsync("a", 1);
        Assert.Equal(1, region.Link("a", "b").Ends(LinkEnd.ReadError) + region.Link("a", "b").Ends(LinkEnd.PeerClosed));
    }

    [Fact]
    public async Task SilentLink_IsClosedAfterItsTimeout()
    {
        await using var region = new MemoryMesh();
        var (a, _) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        region.Reader("a", "b").StopReading();
        region.Unreachable.Add("b");
        await a.AdvanceUntilAsync(() => region.Link("a", "b").Ends(LinkEnd.Silent) == 1, "the link to be found silent");
        region.Reader("a", "b").ResumeReading();
    }

    [Fact]
    public async Task FaultWhileDialling_DoesNotGiveTheRelayUp()
    {
        await using var region = new MemoryMesh();
        var (a, _) = (region.Add("a"), region.Add("b"));
        region.Faulty.Add("b");
        await region.Mesh("a").SetMembersAsync([MemoryMesh.Member("b")]);
        await Eventually.True(() => region.Link("a", "b").State == MeshLinkState.Waiting, "the fault");
        region.Faulty.Clear();
        await a.AdvanceUntilAsync(() => region.IsUp("a", "b"), "the link to come up");
    }

    [Fact]
    public async Task MemberThatIsThisRelay_IsRecognised()
    {
        await using var region = new MemoryMesh();
        region.Add("a");
        await region.Mesh("a").SetMembersAsync([MemoryMesh.Member("a")]);
        await Eventually.True(() => region.Link("a", "a").State == MeshLinkState.Self, "a to recognise itself");
        Assert.Equal(0, region["a"].Server.Snapshot().Watchers);
    }

    [Fact]
    public async Task SecondNameOfARelay_GetsNoSecondLink()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a"), region.Add("b"));
        await region.LinkAsync("a", "b");
        await region.Mesh("a").SetMembersAsync([MemoryMesh.Member("b"), MemoryMesh.Member("b") with { Name = "b2" }]);
        await Eventually.True(() => region.Link("a", "b2").State == MeshLinkState.Redundant, "the second name to be recognised");
        Assert.True(region.IsUp("a", "b"));
        Assert.NotEqual(a.Key.Public, b.Key.Public);
    }

    [Fact]
    public async Task ChangedMembers_LeaveTheOthersUndisturbed()
    {
        await using var region = new MemoryMesh();
        foreach (var name in new[] { "a", "b", "c", "d" }) region.Add(name);
        await region.Mesh("a").SetMembersAsync([MemoryMesh.Member("b"), MemoryMesh.Member("c")]);
        await Eventually.True(() => region.IsUp("a", "b") && region.IsUp("a", "c"), "the links to b and c");
        await region["c"].ConnectAsync();
        await region["b"].ConnectAsync();
        await region.KnowsAsync("a", 2);

        await region.Mesh("a").SetMembersAsync([MemoryMesh.Member("c"), MemoryMesh.Member("d")]);
        await Eventually.True(() => region.IsUp("a", "d"), "the link to d");
        await region.KnowsAsync("a", 1);
        Assert.Single(region.Lines, line => line is { From: "a", To: "c" });
    }

    [Fact]
    public async Task LinkOnDemand_OpensWithTheFirstPacketAndClosesWhenIdle()
    {
        await using var region = new MemoryMesh();
        var (a, b) = (region.Add("a", new MeshOptions { Watch = false, IdleTimeout = TimeSpan.FromSeconds(2) }), region.Add("b"));
        await region.Mesh("a").SetMembersAsync([MemoryMesh.Member("b")]);
        var (alice, bob) = (await a.ConnectAsync(), await b.ConnectAsync());
        await Eventually.True(() => region.Link("a", "b").State == MeshLinkState.Idle, "the link to wait for a packet");
        Assert.Empty(region.Lines);

        a.Server.Context.Directory.Announce(bob.Key, region.Mesh("a").LinkTo("b")!);
        await alice.SendPacketAsync(bob.Key, "first");
        Assert.Equal("first"u8.ToArray(), (await bob.ReceivePacketAsync()).Packet);

        // Second by second: the other relay's answers need their time on the way.
        await Eventually.True(
            () =>
            {
                a.Advance(TimeSpan.FromMilliseconds(500));
                return region.Link("a", "b").State == MeshLinkState.Idle;
            },
            "the link to be closed");
        Assert.Equal(1, region.Link("a", "b").Ends(LinkEnd.Idle) + region.Link("a", "b").Ends(LinkEnd.Silent));
    }
}
