namespace Relay.Client;

/// <summary>What changed between a <see cref="RelayClient"/> and its relay.</summary>
public sealed class RelayStateChangedEventArgs : EventArgs
{
    internal RelayStateChangedEventArgs(RelayState state, RelayConnection? connection, RelayException? cause, TimeSpan retryIn)
    {
        (State, Connection, Cause, RetryIn) = (state, connection, cause, retryIn);
    }

    /// <summary>The new state. <see cref="RelayState.Waiting"/> comes for each attempt that failed, too.</summary>
    public RelayState State { get; }

    /// <summary>Connected: to what. Else null.</summary>
    public RelayConnection? Connection { get; }

    /// <summary>Waiting: why. Else null.</summary>
    public RelayException? Cause { get; }

    /// <summary>Waiting: for how long. Else zero.</summary>
    public TimeSpan RetryIn { get; }
}
