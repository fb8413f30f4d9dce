namespace Relay.Agent.Up.Data;

/// <summary>
/// Knows the second copy of a peer's handshake initiation: copies come when packets go both ways, and when a parked one is sent
/// again. WireGuard takes each once, but not if two come in the same instant: its threads then answer both, the peer
/// goes by the first answer, ours by the last, and nothing gets through until they begin anew 15 s later.
/// </summary>
internal sealed class CopyFilter
{
    // Longer than copies are apart. What comes later WireGuard knows by itself, unless it was started anew: then it needs it.
    private static readonly TimeSpan Memory = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly byte[] _last = new byte[Initiation.Size];
    private TimeSpan? _when;

    /// <summary>Whether WireGuard was given the same a moment ago; if not, it is given this one now.</summary>
    internal bool IsCopy(ReadOnlySpan<byte> packet, TimeSpan now)
    {
        if (!Initiation.Is(packet)) return false;
        lock (_gate)
        {
            if (now - _when < Memory && packet.SequenceEqual(_last)) return true;
            packet.CopyTo(_last);
            _when = now;
            return false;
        }
    }
}
