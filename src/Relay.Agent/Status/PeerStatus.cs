namespace Relay.Agent.Status;

/// <summary>A peer of an agent.</summary>
internal sealed record PeerStatus
{
    /// <summary><c>nodekey:...</c>.</summary>
    public required string Peer { get; init; }

    /// <summary>The same key as WireGuard writes it.</summary>
    public required string WireGuard { get; init; }

    /// <summary><c>relay</c>, <c>direct</c>, or <c>both</c> while a direct path is in doubt.</summary>
    public required string Path { get; init; }

    /// <summary>The peer's address, or the relay's host.</summary>
    public string? Address { get; init; }

    /// <summary>The round trip on the direct path.</summary>
    public double? RttMs { get; init; }

    /// <summary>Why it is relayed; empty when it is not.</summary>
    public required string Why { get; init; }

    public required double SinceSeconds { get; init; }

    public required long BytesSentDirect { get; init; }

    public required long BytesSentRelayed { get; init; }

    public required long BytesReceivedDirect { get; init; }

    public required long BytesReceivedRelayed { get; init; }

    /// <summary>Where WireGuard finds it on this machine.</summary>
    public required string LocalEndpoint { get; init; }
}
