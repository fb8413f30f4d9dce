namespace Relay.Client;

/// <summary>Where others reach a <see cref="RelayNetwork"/> from now on.</summary>
public sealed class HomeChangedEventArgs : EventArgs
{
    internal HomeChangedEventArgs(int home) => Home = home;

    /// <summary>The region.</summary>
    public int Home { get; }
}
