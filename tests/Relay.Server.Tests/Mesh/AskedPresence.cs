using Relay.Protocol.Keys;
using Relay.Server.Mesh;

namespace Relay.Server.Tests.Mesh;

/// <summary>Notes what it is asked, and answers nothing: that is for the test to do.</summary>
internal sealed class AskedPresence : IPresence
{
    private readonly List<NodeKey> _asked = [];

    /// <summary>The keys that were to be found, in order.</summary>
    public IReadOnlyList<NodeKey> Asked
    {
        get
        {
            lock (_asked) return [.. _asked];
        }
    }

    public IReadOnlyList<Neighbour>? Neighbours => null;

    public void Find(NodeKey key)
    {
        lock (_asked) _asked.Add(key);
    }

    public void Here(NodeKey key)
    {
    }

    public void Gone(NodeKey key)
    {
    }

    public void HeardFrom(NodeKey key, NodeKey relay)
    {
    }

    public void Mistaken(NodeKey key, MeshMember member)
    {
    }
}
