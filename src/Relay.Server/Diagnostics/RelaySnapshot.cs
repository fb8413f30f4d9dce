using Relay.Protocol.Frames;
using Relay.Server.Connections;
using Relay.Server.Queues;

namespace Relay.Server.Diagnostics;

/// <summary>What a relay is doing at one moment and has done since its start. Immutable.</summary>
public sealed class RelaySnapshot
{
    private readonly TrafficTotals _traffic;
    private readonly long[] _endedByReason;
    private readonly int[] _byTransport = new int[Enum.GetValues<TransportKind>().Length];

    internal RelaySnapshot(SessionTable sessions, Routing.PeerDirectory directory, bool draining)
    {
        Draining = draining;
        Clients = directory.Local;
        Remote = directory.Remote;
        Duplicates = directory.Duplicates;
        Watchers = directory.Watchers;
        _traffic = sessions.Total(out _endedByReason);
        foreach (var session in sessions.Live)
        {
            if (!session.IsClient)
            {
                Handshaking++;
                continue;
            }

            _byTransport[(int)session.Transport]++;
            if (session.IsHome) Home++;
            if (session.NotIdeal) NotIdeal++;
        }
    }

    /// <summary>A told restart is under way.</summary>
    public bool Draining { get; }

    /// <summary>Keys that are connected here.</summary>
    public int Clients { get; }

    /// <summary>Keys that other relays of the region have, as far as this one knows.</summary>
    public int Remote { get; }

    /// <summary>Connections that have not proved a key yet.</summary>
    public int Handshaking { get; }

    /// <summary>Connections whose client said that this relay is its home.</summary>
    public int Home { get; }

    /// <summary>Connections whose client would rather be on another node.</summary>
    public int NotIdeal { get; }

    /// <summary>Connections that share their key with another one.</summary>
    public int Duplicates { get; }

    /// <summary>Connections that are told who comes and goes.</summary>
    public int Watchers { get; }

    /// <summary>Pings read.</summary>
    public long Pings => _traffic.Frames.Pings;

    /// <summary>Pings not answered, because their clients ping faster than they read.</summary>
    public long PingsUnanswered => _traffic.Frames.PingsUnanswered;

    /// <summary>How long the first packet of each batch waited until the batch was taken to be written.</summary>
    public DurationHistogram QueueDelay => _traffic.QueueDelay;

    /// <summary>Frames of unhandled types, read and thrown away.</summary>
    public long UnknownFrames => _traffic.Frames.Unknown;

    /// <summary>Packets that mesh peers forwarded here.</summary>
    public long ForwardedIn => _traffic.Frames.Forwarded;

    /// <summary>"Not here" notices sent.</summary>
    public long NotHereNotices => _traffic.Frames.NotHereNotices;

    /// <summary>"Not here" notices kept back because one client caused too many.</summary>
    public long NotHereSuppressed => _traffic.Frames.NotHereSuppressed;

    /// <summary>Connections that proved a key, by how their frames travel.</summary>
    public int Connections(TransportKind transport) => _byTransport[(int)transport];

    /// <summary>Connections that ended for this reason since the start.</summary>
    public long Ended(EndReason reason) => _endedByReason[(int)reason];

    /// <summary>Packets read from clients.</summary>
    public long PacketsIn(PacketKind kind) => _traffic.PacketsIn[(int)kind];

    /// <summary>Data bytes of packets read from clients.</summary>
    public long BytesIn(PacketKind kind) => _traffic.BytesIn[(int)kind];

    /// <summary>Packets written to clients, or about to be.</summary>
    public long PacketsOut(PacketKind kind) => _traffic.PacketsOut[(int)kind];

    /// <summary>Data bytes of packets written to clients, or about to be.</summary>
    public long BytesOut(PacketKind kind) => _traffic.BytesOut[(int)kind];

    /// <summary>Packets that did not arrive.</summary>
    public long PacketsDropped(DropReason reason, PacketKind kind) => _traffic.Drops.Packets(reason, kind);

    /// <summary>Data bytes of packets that did not arrive.</summary>
    public long BytesDropped(DropReason reason, PacketKind kind) => _traffic.Drops.Bytes(reason, kind);
}
