namespace Relay.Agent.Status;

/// <summary>A relay of an agent.</summary>
/// <param name="Name">Its host.</param>
/// <param name="Region">Its region in the map.</param>
/// <param name="Connected">There is a connection.</param>
/// <param name="Steady">It stands, and the relay has not said that it restarts.</param>
internal sealed record RelayStatus(string Name, int Region, bool Connected, bool Steady);
