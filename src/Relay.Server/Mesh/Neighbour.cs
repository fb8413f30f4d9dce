namespace Relay.Server.Mesh;

/// <summary>Another relay of the region, which lives.</summary>
/// <param name="Node">Its name in DERP maps; null when it is not known.</param>
/// <param name="Clients">Keys that are connected there; null when that is not known.</param>
public sealed record Neighbour(string? Node, int? Clients);
