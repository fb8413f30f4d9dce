using System.Net;
using Relay.Protocol.Keys;

namespace Relay.Agent.WireGuard;

/// <summary>A running WireGuard interface.</summary>
internal interface IWireGuard
{
    /// <summary>Its state; null when there is no such interface now.</summary>
    /// <exception cref="WireGuardException">It may not be asked for, or there is no way to.</exception>
    Task<WireGuardState?> ReadAsync(CancellationToken stop);

    /// <summary>Lets WireGuard send to a peer at this address.</summary>
    /// <exception cref="WireGuardException">It may not be set, or there is no way to.</exception>
    Task SetEndPointAsync(NodeKey peer, IPEndPoint endPoint, CancellationToken stop);
}
