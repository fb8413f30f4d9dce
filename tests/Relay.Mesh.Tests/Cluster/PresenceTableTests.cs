using Microsoft.Extensions.Time.Testing;
using Relay.Mesh.Cluster;
using Relay.Protocol.Keys;

namespace Relay.Mesh.Tests.Cluster;

public sealed class PresenceTableTests : IPresenceEffects
{
    private static readonly RelayId Self = new(1), Other = new(2);

    private readonly FakeTimeProvider _time = new();
    private readonly List<NodeKey> _asked = [];
    private readonly Dictionary<NodeKey, RelayId?> _places = [];

    /// <summary>All relays notice that the store was emptied, one after the other: until then it knows less than they do.</summary>
    [Fact]
    public void EmptiedStore_IsNotAskedBeforeAllHaveToldItAgain()
    {
        var table = Table(count: 3);
        table.OnStoreBack();
        table.AskAgain();
        Assert.Empty(_asked);
        Assert.Equal(3, _places.Values.Count(place => place == Other));

        _time.Advance(TimeSpan.FromSeconds(3));
        table.AskAgain();
        Assert.Equal(3, _asked.Count);
        table.OnAnswer(Key(0), null);
        Assert.Null(_places[Key(0)]);
        Assert.Equal(Other, _places[Key(1)]);
    }

    [Fact]
    public void ManyPlaces_AreAskedForAgainSomeAtATime()
    {
        var table = Table(count: 5000);
        table.OnStoreBack();
        _time.Advance(TimeSpan.FromSeconds(3));
        var some = new List<int>();
        for (var i = 0; i < 4; i++)
        {
            table.AskAgain();
            some.Add(_asked.Count);
        }

        Assert.Equal([2000, 4000, 5000, 5000], some);
        Assert.Equal(5000, _asked.Distinct().Count());
    }

    [Fact]
    public void KnownPlace_StaysWhenTheStoreDoesNotAnswer()
    {
        var table = Table(count: 1);
        table.OnStoreBack();
        _time.Advance(TimeSpan.FromSeconds(3));
        table.AskAgain();
        table.OnUnanswered(Key(0));
        Assert.Equal(Other, _places[Key(0)]);
        Assert.Equal(Other, table.PlaceOf(Key(0)));
        Assert.Empty(table.CheckConsistency());
    }

    void IPresenceEffects.Claim(NodeKey key, TimeSpan age)
    {
    }

    void IPresenceEffects.Unclaim(NodeKey key)
    {
    }

    void IPresenceEffects.Ask(NodeKey key) => _asked.Add(key);

    void IPresenceEffects.Place(NodeKey key, RelayId? relay) => _places[key] = relay;

    void IPresenceEffects.Answered(NodeKey key, RelayId? relay)
    {
    }

    // One that knows so many keys of another relay.
    private PresenceTable Table(int count)
    {
        var table = new PresenceTable(Self, this, _time);
        table.OnMembers([Other]);
        for (var i = 0; i < count; i++)
        {
            table.OnFind(Key(i));
            table.OnAnswer(Key(i), Other);
        }

        _asked.Clear();
        return table;
    }

    private static NodeKey Key(int number) => new([(byte)number, (byte)(number >> 8), .. new byte[29], 1]);
}
