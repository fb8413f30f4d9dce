namespace Relay.Stun.Udp;

/// <summary>
/// One bound socket and the loop that answers on it. <see cref="IAsyncDisposable.DisposeAsync"/> ends the loop, waits
/// for its end, and closes the socket; it may be called on a transport that was never started.
/// </summary>
internal interface IStunTransport : IAsyncDisposable
{
    /// <summary>Starts the loop. Call once.</summary>
    void Start();
}
