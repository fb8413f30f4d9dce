using Relay.Stun.Answers;
using Relay.Stun.Messages;

namespace Relay.Stun.Counters;

/// <summary>
/// How many datagrams met which end, since the start. A snapshot: it does not change. Values only grow from one snapshot
/// to the next; those of one snapshot are read one by one while the responder works on.
/// </summary>
public sealed class StunStatistics
{
    private readonly long[] _values = new long[StunCounters.Count];

    internal StunStatistics(IEnumerable<StunCounters> sockets)
    {
        foreach (var socket in sockets) socket.AddTo(_values);
    }

    /// <summary>
    /// Datagrams of this end and family. IPv4 over a dual-stack socket counts as IPv4; a read error, and a datagram too
    /// long to be looked at, as the socket's own family.
    /// </summary>
    public long this[StunDisposition disposition, StunAddressFamily family] => _values[StunCounters.IndexOf(disposition, family)];

    /// <summary>Datagrams of this end, both families together.</summary>
    public long this[StunDisposition disposition] => this[disposition, StunAddressFamily.IPv4] + this[disposition, StunAddressFamily.IPv6];

    /// <summary>
    /// Requests of this family that were accepted, derper's <c>stun_addrfamily</c>: answered with an address, or about to
    /// be when the system refused to send.
    /// </summary>
    public long Accepted(StunAddressFamily family) =>
        this[StunDisposition.Success, family] + this[StunDisposition.SuccessClassic, family] + this[StunDisposition.WriteError, family];
}
