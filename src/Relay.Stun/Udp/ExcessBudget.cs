using Relay.Stun.Messages;

namespace Relay.Stun.Udp;

/// <summary>
/// Keeps the responder from being of use to who forges the address of a victim: what is answered beyond what was asked is
/// counted against the source's network, and bounded. Answers that are not larger than their question are free, those of
/// Tailscale's clients among them, so that an office behind one address is never limited. Belongs to one loop.
/// </summary>
/// <remarks>
/// Networks (/24 and /56) share a fixed number of buckets by a hash that nobody outside knows. So nothing grows, and nobody
/// can choose whose bucket to empty.
/// </remarks>
internal sealed class ExcessBudget(TimeProvider time)
{
    // A bare request has an excess of 12 to 48 bytes: thousands a second pass before this is felt.
    internal const int BytesPerSecond = 64 * 1024;

    private const int Buckets = 4096;
    private const int HashShift = 64 - 12;

    private readonly ulong _seed = (ulong)Random.Shared.NextInt64() | 1;
    private readonly long _frequency = time.TimestampFrequency;

    // When all that was sent to the networks of a bucket will be paid for. A second ahead at most.
    private readonly long[] _paidAt = new long[Buckets];

    /// <summary>Whether this may be answered to <paramref name="source"/>; if so, it counts.</summary>
    internal bool Allows(in TransportAddress source, int asked, int answered)
    {
        // The headers around both weigh more than an eighth: on the wire such an answer is no larger.
        if (answered <= asked + asked / 8 || source.IsLoopback) return true;
        var network = source.Family == StunAddressFamily.IPv4 ? source.Low >> 8 : source.High >> 8;
        ref var paidAt = ref _paidAt[(network * _seed * 0x9E37_79B9_7F4A_7C15) >> HashShift];
        var now = time.GetTimestamp();
        var then = Math.Max(paidAt, now) + (answered - asked) * _frequency / BytesPerSecond;
        if (then - now > _frequency) return false;
        paidAt = then;
        return true;
    }
}
