using System.Net;

namespace Relay.Client;

/// <summary>How a <see cref="RelayNetwork"/> stands with one region, at one moment.</summary>
/// <param name="Region">The region.</param>
/// <param name="State">As of <see cref="RelayClient.State"/>.</param>
public sealed record RegionStatus(int Region, RelayState State)
{
    /// <summary>Others reach this client there.</summary>
    public bool IsHome { get; init; }

    /// <summary>It stays connected, idle or not.</summary>
    public bool IsKept { get; init; }

    /// <summary>There is a connection.</summary>
    public bool IsConnected { get; init; }

    /// <summary>There is a connection, and the relay has not said that it restarts.</summary>
    public bool IsSteady { get; init; }

    /// <summary>The relay's address; null without a connection, or through a proxy.</summary>
    public EndPoint? RemoteEndPoint { get; init; }

    /// <summary>How far it was when it was last measured; null: it did not answer, or there was nothing to choose.</summary>
    public TimeSpan? Latency { get; init; }
}
