namespace Relay.Server.Mesh;

/// <summary>The other relays of the region that live, as far as this one knows. Immutable.</summary>
/// <param name="others">The relays.</param>
/// <param name="isWhole">All that there are live, so that any node does, whatever it is called.</param>
internal sealed class Neighbourhood(IReadOnlyList<Neighbour> others, bool isWhole)
{
    private readonly ILookup<string?, Neighbour> _byNode = others.ToLookup(other => other.Node);

    /// <summary>Without anybody.</summary>
    public static Neighbourhood Empty { get; } = new([], isWhole: false);

    /// <summary>Whether the node of this name lives. Not known for sure is no.</summary>
    public bool Lives(string node) => Called(node).Any();

    /// <summary>Whether the node of this name lives and has fewer clients than so many.</summary>
    public bool HasRoom(string node, int mark) => Called(node).Any(other => Room(other, mark) > 0);

    /// <summary>How many clients could go to the others until each has so many.</summary>
    public long RoomBelow(int mark) => others.Sum(other => (long)Room(other, mark));

    // In a static mesh relays are listed by host, and the client names its node as its map does: it may be any of them.
    private IEnumerable<Neighbour> Called(string node) =>
        node.Length == 0 ? [] : isWhole ? others : _byNode[node];

    private static int Room(Neighbour other, int mark) => Math.Max(0, mark - (other.Clients ?? 0));
}
