using Relay.Server.Mesh;

namespace Relay.Server.Tests.Balance;

public sealed class NeighbourhoodTests
{
    [Fact]
    public void NamedNodes_LiveByTheirNames()
    {
        var region = new Neighbourhood([new Neighbour("n1", 30), new Neighbour("n2", null)], isWhole: false);
        Assert.Equal((true, true, false, false), (region.Lives("n1"), region.Lives("n2"), region.Lives("n3"), region.Lives("")));
        Assert.Equal((false, true, false), (region.HasRoom("n1", 20), region.HasRoom("n2", 20), region.HasRoom("n3", 20)));
        Assert.Equal(20, region.RoomBelow(20));
        Assert.Equal(10 + 40, region.RoomBelow(40));
    }

    /// <summary>Where only links are known, a node lives for sure when all do.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void NamelessNodes_LiveWhenAllDo(bool all)
    {
        var region = new Neighbourhood([new Neighbour(null, 5)], isWhole: all);
        Assert.Equal(all, region.Lives("n1"));
        Assert.Equal(all, region.HasRoom("n1", 20));
        Assert.Equal(15, region.RoomBelow(20));
    }

    [Fact]
    public void AloneRelay_HasNobody()
    {
        Assert.False(new Neighbourhood([], isWhole: true).Lives("n1"));
        Assert.Equal(0, Neighbourhood.Empty.RoomBelow(20));
    }
}
