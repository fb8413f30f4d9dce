namespace Relay.Paths.PortMapping;

/// <summary>One protocol, towards one router, for one of our ports.</summary>
internal interface IPortProtocol : IDisposable
{
    PortMappingProtocol Protocol { get; }

    /// <summary>Asks for the port, or for longer; null when the router does not answer, or refuses.</summary>
    /// <param name="wanted">The port outside that would be welcome; 0 for any.</param>
    /// <param name="lifetime">How long.</param>
    /// <param name="stop">Ends the wait.</param>
    Task<PortLease?> MapAsync(int wanted, TimeSpan lifetime, CancellationToken stop);

    /// <summary>Whether the router still has what it granted, as far as it can be told without asking anew.</summary>
    Task<bool> HoldsAsync(PortLease lease, CancellationToken stop);

    /// <summary>Gives the port back. Whether the router heard it does not matter: the lease ends by itself.</summary>
    Task ReleaseAsync(PortLease lease, CancellationToken stop);
}
