using Relay.Protocol.Keys;

namespace Relay.Server.Mesh;

/// <summary>
/// Knows which relay of a region has which key, where links do not say it themselves. All calls return at once; those about
/// one key come in the order in which things happened.
/// </summary>
public interface IPresence
{
    /// <summary>The other relays that live, as last heard; null while that cannot be known.</summary>
    IReadOnlyList<Neighbour>? Neighbours { get; }

    /// <summary>A connection of this key was made here.</summary>
    void Here(NodeKey key);

    /// <summary>The last connection of this key here has ended.</summary>
    void Gone(NodeKey key);

    /// <summary>
    /// A packet is for a key that nobody has told of. Answered by <see cref="RelayMesh.Found"/> or <see cref="RelayMesh.NotFound"/>.
    /// </summary>
    void Find(NodeKey key);

    /// <summary>A packet of this key came from that relay, so that is where it is, unless better is known.</summary>
    void HeardFrom(NodeKey key, NodeKey relay);

    /// <summary>This member does not have the key, although that was said.</summary>
    void Mistaken(NodeKey key, MeshMember member);
}
