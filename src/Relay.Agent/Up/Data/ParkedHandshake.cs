using System.Diagnostics.CodeAnalysis;

namespace Relay.Agent.Up.Data;

/// <summary>
/// Keeps the last handshake initiation that WireGuard sent to a peer: WireGuard repeats it only after five seconds, and at
/// the start of things the relay, or the peer, is often there a moment too late. A second copy does no harm: see
/// <see cref="CopyFilter"/>.
/// </summary>
internal sealed class ParkedHandshake
{
    private static readonly TimeSpan Life = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly byte[] _packet = new byte[Initiation.Size];
    private TimeSpan? _when;

    /// <summary>Looks at a packet from WireGuard.</summary>
    internal void Note(ReadOnlySpan<byte> packet, TimeSpan now)
    {
        if (!Initiation.Is(packet)) return;
        lock (_gate)
        {
            packet.CopyTo(_packet);
            _when = now;
        }
    }

    /// <summary>A copy of it to send again, once, unless it is old.</summary>
    internal bool TryTake(TimeSpan now, [NotNullWhen(true)] out byte[]? packet)
    {
        lock (_gate)
        {
            packet = _when is { } when && now - when < Life ? (byte[])_packet.Clone() : null;
            _when = null;
            return packet is not null;
        }
    }
}
