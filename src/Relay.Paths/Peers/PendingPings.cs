using Relay.Paths.Candidates;
using Relay.Stun.Messages;

namespace Relay.Paths.Peers;

/// <summary>Probes that wait for their answer, each good for one. Bounded: the oldest makes room.</summary>
internal sealed class PendingPings
{
    private const int Max = 256;

    private readonly Dictionary<StunTransactionId, PendingPing> _pings = [];
    private readonly Queue<(StunTransactionId Id, TimeSpan SentAt)> _order = new();

    internal void Add(StunTransactionId id, PendingPing ping)
    {
        while (_order.TryPeek(out var oldest) && (_order.Count >= Max || ping.SentAt - oldest.SentAt > Timing.PingTimeout))
            _pings.Remove(_order.Dequeue().Id);
        _pings.Add(id, ping);
        _order.Enqueue((id, ping.SentAt));
    }

    /// <summary>The probe that an answer belongs to; false when there is none, or it was answered, or is too old.</summary>
    internal bool TryTake(TimeSpan now, StunTransactionId id, out PendingPing ping) =>
        _pings.Remove(id, out ping) && now - ping.SentAt <= Timing.PingTimeout;

    internal void Clear()
    {
        _pings.Clear();
        _order.Clear();
    }
}

/// <summary>A probe under way.</summary>
/// <param name="To">Where it was sent: that address gains by the answer, wherever the answer comes from.</param>
/// <param name="SentAt">When.</param>
/// <param name="Full">Whether it was as long as a full data packet.</param>
/// <param name="DataSent">Data packets sent on direct paths before it, to compare with what the peer counts.</param>
internal readonly record struct PendingPing(Candidate To, TimeSpan SentAt, bool Full, long DataSent);
