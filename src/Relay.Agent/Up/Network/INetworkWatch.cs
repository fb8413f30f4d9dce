namespace Relay.Agent.Up.Network;

/// <summary>Tells when addresses, routes or links of this machine change.</summary>
internal interface INetworkWatch : IDisposable
{
    /// <summary>Completes with the next change, or those that came since the last call.</summary>
    Task<NetworkEvents> NextAsync(CancellationToken stop);
}
