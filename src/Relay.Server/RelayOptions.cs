using System.ComponentModel.DataAnnotations;
using Relay.Protocol.Keys;
using Relay.Server.Limits;

namespace Relay.Server;

/// <summary>How a relay treats its clients. Immutable; checked by <see cref="RelayServer"/>'s constructor.</summary>
public sealed record RelayOptions
{
    /// <summary>Packets that may wait for one client while a write to it is under way. Default 32, as the reference; each may have 64 KiB.</summary>
    [Range(1, 4096)]
    public int QueueLength { get; init; } = 32;

    /// <summary>
    /// Memory that packets for all clients together may take while they wait; beyond it, each client's queues have 64 KiB. Null
    /// (default): a quarter of what the process may have.
    /// </summary>
    [Range(1024.0 * 1024, 1e15)]
    public long? MaxQueuedBytes { get; init; }

    /// <summary>What each client may send that admission gave no rate of its own; null (default) for no limit.</summary>
    public ByteRate? Rate { get; init; }

    /// <summary>The region's shared secret; null (default) grants nobody mesh rights.</summary>
    public MeshKey? MeshKey { get; init; }

    /// <summary>Time for the greeting to be written and again for the ClientInfo to arrive. Default 10 s, as the reference.</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time in which a client must take some of what is held for it, a 64th at least; where the kernel does not tell, 64 KiB or all
    /// of it. Default 2 s, as the reference has for each frame.
    /// </summary>
    public TimeSpan WriteTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The same for clients with mesh rights. Default 30 s, as the reference.</summary>
    public TimeSpan MeshWriteTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between two keep-alives, traffic or not; up to 5 s are added, drawn once per client. Default 60 s, as the reference.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>On a told restart, clients are asked to come back after times spread over this, or over less by a lone relay that has few. Default 5 s.</summary>
    public TimeSpan RestartSpread { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// On a told restart, clients find another relay of the region, so each is served until its time to come back is over.
    /// Default false: connections end a second after the notice.
    /// </summary>
    public bool RestartElsewhere { get; init; }

    /// <summary>A client is told that it is not on its ideal node, which lives, when that has been so for this long. Default 5 min.</summary>
    public TimeSpan NotIdealAfter { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// With more clients than these, and another relay of the region that has fewer, clients are asked to go there, a few a
    /// second. Null (default): never.
    /// </summary>
    [Range(1, 10_000_000)]
    public int? ShedAbove { get; init; }

    /// <summary>On a told restart, clients are asked to keep trying for so long before they treat it as a failure. Default 10 s.</summary>
    public TimeSpan RestartTryFor { get; init; } = TimeSpan.FromSeconds(10);
}
