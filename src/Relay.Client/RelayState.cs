namespace Relay.Client;

/// <summary>How a <see cref="RelayClient"/> stands with its relay.</summary>
public enum RelayState
{
    /// <summary>Nothing has been tried yet.</summary>
    Idle,

    /// <summary>There is a connection, and the relay has admitted the key.</summary>
    Connected,

    /// <summary>There is no connection; the next attempt comes after a pause.</summary>
    Waiting,

    /// <summary>Disposed.</summary>
    Closed,
}
