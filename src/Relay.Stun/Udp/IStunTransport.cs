namespace Relay.Stun.Udp;

/// <summary>
/// One bound socket and the loop that answers on it. <see cref="IAsyncDisposable.DisposeAsync"/> ends the loop, waits
/// for its end, and closes the socket; it may be called on a transport that was never started. Where transports answer through
/// each other's sockets, all of them are stopped before the first is disposed of.
/// </summary>
internal interface IStunTransport : IAsyncDisposable
{
    /// <summary>Starts the loop. Call once.</summary>
    void Start();

    /// <summary>Ends the loop and returns once it has ended. A second call does nothing.</summary>
    Task StopAsync();
}
