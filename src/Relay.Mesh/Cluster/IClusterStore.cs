using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>What all relays of a region share: who lives, and who is where. Thread safe; calls throw what the store throws.</summary>
internal interface IClusterStore : IAsyncDisposable
{
    /// <summary>Says that this relay lives, with so many clients, and learns who else does.</summary>
    Task<ClusterBeat> BeatAsync(int clients);

    /// <summary>
    /// Applies updates in their order and tells all relays. Returns the keys that a living relay has claimed later than we
    /// did, and that relay.
    /// </summary>
    Task<IReadOnlyList<(NodeKey Key, RelayId Relay)>> UpdateAsync(IReadOnlyList<PresenceUpdate> updates);

    /// <summary>Which relay has the key; null for none.</summary>
    Task<RelayId?> FindAsync(NodeKey key);

    /// <summary>Deletes what relays that are long gone have left behind. Walks everything, slowly.</summary>
    Task SweepAsync(CancellationToken cancellation);

    /// <summary>Takes this relay out, so that nobody waits for its lease to end.</summary>
    Task LeaveAsync();
}
