namespace Relay.Agent.Up.Network;

/// <summary>What may have changed.</summary>
[Flags]
internal enum NetworkEvents
{
    None = 0,

    /// <summary>An interface, or an address of one.</summary>
    Addresses = 1,

    /// <summary>The way to everywhere else.</summary>
    DefaultRoute = 2,
}
