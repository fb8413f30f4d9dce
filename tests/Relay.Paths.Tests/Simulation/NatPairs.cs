namespace Relay.Paths.Tests.Simulation;

/// <summary>Which pairs of NAT classes can be reached directly by probing and simultaneous opening: what was measured with real ones.</summary>
internal static class NatPairs
{
    public static bool CanBeDirect(NatClass left, NatClass right)
    {
        if (left == NatClass.Blocked || right == NatClass.Blocked) return false;
        var (low, high) = left < right ? (left, right) : (right, left);
        return high < NatClass.SymmetricByAddress || low < NatClass.PortRestricted;
    }
}
