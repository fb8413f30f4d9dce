namespace Relay.Mesh.Cluster;

/// <summary>What a relay learns when it says that it lives.</summary>
/// <param name="WasKnown">The store still knew of it. Otherwise others may have taken its clients for gone.</param>
/// <param name="Epoch">Changes when the store has lost everything.</param>
/// <param name="Members">Who lives, this relay included.</param>
internal sealed record ClusterBeat(bool WasKnown, string Epoch, IReadOnlyDictionary<RelayId, ClusterMember> Members);
