using Relay.Stun.Messages;

namespace Relay.Paths.Candidates;

/// <summary>
/// Which of two working addresses is better: the smaller cost, which is the round trip less a rebate for nearness and
/// for IPv6 (no NAT to expire). A total order, so there are no circles; and whoever is to replace another must be better
/// by a margin, so there is no back and forth.
/// </summary>
internal static class CandidatePreference
{
    private const double Margin = 0.15;

    private static readonly TimeSpan SmallestMargin = TimeSpan.FromMilliseconds(1);

    /// <summary>What an address costs; smaller is better, and it may be below zero.</summary>
    internal static TimeSpan Cost(in TransportAddress address, TimeSpan roundTrip)
    {
        var cost = AddressRules.Classify(address) switch
        {
            AddressClass.LinkLocal => Less(roundTrip, 0.30, 3),
            AddressClass.Private => Less(roundTrip, 0.20, 2),
            _ => roundTrip,
        };
        return address.Family == StunAddressFamily.IPv6 ? Less(cost, 0.20, 1) : cost;
    }

    /// <summary>Whether <paramref name="other"/> is worth leaving <paramref name="current"/> for.</summary>
    internal static bool IsClearlyBetter(Candidate other, Candidate current)
    {
        var gain = Cost(current.Address, current.RoundTrip) - Cost(other.Address, other.RoundTrip);
        var margin = current.RoundTrip * Margin;
        return gain > (margin > SmallestMargin ? margin : SmallestMargin);
    }

    // A part of the round trip, and some milliseconds: between two addresses on one LAN a part is next to nothing.
    private static TimeSpan Less(TimeSpan roundTrip, double part, double milliseconds) =>
        roundTrip * (1 - part) - TimeSpan.FromMilliseconds(milliseconds);
}
