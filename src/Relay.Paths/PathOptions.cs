namespace Relay.Paths;

/// <summary>Settings of a <see cref="PathEngine"/>.</summary>
public sealed record PathOptions
{
    /// <summary>The smallest value of <see cref="FullPacketSize"/>: a probe without padding.</summary>
    public const int MinPacketSize = 124;

    /// <summary>The largest value of <see cref="FullPacketSize"/>.</summary>
    public const int MaxPacketSize = 65_000;

    /// <summary>
    /// Bytes in the largest datagram that WireGuard sends: the MTU of its interface and 32. No path is used
    /// before a probe of this size came through. Default 1452, which is that of MTU 1420.
    /// </summary>
    public int FullPacketSize { get; init; } = 1452;
}
