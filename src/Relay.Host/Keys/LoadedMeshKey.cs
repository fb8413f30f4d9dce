using Relay.Protocol.Keys;

namespace Relay.Host.Keys;

/// <summary>What a mesh key file held.</summary>
/// <param name="Key">Null for none.</param>
/// <param name="Warning">Something about the file that the operator should mend.</param>
internal sealed record LoadedMeshKey(MeshKey? Key, string? Warning);
