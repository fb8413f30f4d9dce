using Relay.Protocol.Keys;

namespace Relay.Mesh.Cluster;

/// <summary>A key is here since then, or not here.</summary>
/// <param name="Key">The key.</param>
/// <param name="Since">Timestamp of the time provider; null: it is not here.</param>
internal readonly record struct PresenceUpdate(NodeKey Key, long? Since);
