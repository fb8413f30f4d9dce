namespace Relay.Agent.Up.Network;

/// <summary>What may have changed.</summary>
[Flags]
internal enum NetworkEvents
{
    None = 0,

    /// <summary>An interface, an address, a route: whether it matters shows when all are read.</summary>
    Something = 1,

    /// <summary>A default route came or went: another way to everywhere else, though it may look the same.</summary>
    DefaultRoute = 2,
}
