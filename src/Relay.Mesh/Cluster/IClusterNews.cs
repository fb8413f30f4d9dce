using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>What the store tells all relays, in the order in which it happened.</summary>
internal interface IClusterNews
{
    /// <summary>The relay has the key now.</summary>
    void Claimed(NodeKey key, RelayId relay);

    /// <summary>The relay has it no longer, and nobody else has.</summary>
    void Unclaimed(NodeKey key, RelayId relay);

    /// <summary>A relay has come or gone.</summary>
    void MembersChanged();

    /// <summary>News come again after they did not: some may have been missed.</summary>
    void Resumed();
}
