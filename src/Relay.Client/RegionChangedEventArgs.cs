namespace Relay.Client;

/// <summary>What changed between a <see cref="RelayNetwork"/> and one region.</summary>
public sealed class RegionChangedEventArgs : EventArgs
{
    internal RegionChangedEventArgs(int region, RelayStateChangedEventArgs change) => (Region, Change) = (region, change);

    /// <summary>The region.</summary>
    public int Region { get; }

    /// <summary>What changed.</summary>
    public RelayStateChangedEventArgs Change { get; }
}
