using System.ComponentModel.DataAnnotations;

namespace Relay.Server.Mesh;

/// <summary>How links to other relays are kept. Immutable; checked by <see cref="RelayMesh"/>'s constructor.</summary>
public sealed record MeshOptions
{
    /// <summary>
    /// Keep a link to every member and learn from it who is connected there, as the reference does. Off, links are opened when
    /// a packet first needs one, and somebody else says who is where. Default on.
    /// </summary>
    public bool Watch { get; init; } = true;

    /// <summary>Packets that may wait for a link. Default 4096; the oldest go first.</summary>
    [Range(32, 1 << 20)]
    public int QueuePackets { get; init; } = 4096;

    /// <summary>Bytes that may wait for a link. Default 2 MiB: a sixth of a second at 100 Mbit/s.</summary>
    [Range(1 << 17, 1 << 28)]
    public int QueueBytes { get; init; } = 2 * 1024 * 1024;

    /// <summary>Time between two questions whether the other relay is there. Default 1 s.</summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A link on which nothing is heard, and nothing can be written, for so long is closed. Default 3.5 s.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(3.5);

    /// <summary>The first pause after a link failed; doubled with each failure, spread at random. Default 200 ms.</summary>
    public TimeSpan ReconnectDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest pause. Default 1.5 s, so that a healed network is in use within five.</summary>
    public TimeSpan ReconnectLimit { get; init; } = TimeSpan.FromSeconds(1.5);

    /// <summary>Without <see cref="Watch"/>: a link over which nothing was sent for so long is closed. Default 60 s.</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromSeconds(60);
}
