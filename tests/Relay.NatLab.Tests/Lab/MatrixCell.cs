using Relay.Testing.Namespaces;

namespace Relay.NatLab.Tests.Lab;

/// <summary>What one pair of NATs came to.</summary>
/// <param name="A">The first machine's NAT.</param>
/// <param name="B">The second machine's.</param>
/// <param name="FirstPing">From both agents running to the first ping answered inside WireGuard.</param>
/// <param name="Direct">From both agents running to both directions being direct; null: relayed.</param>
/// <param name="Lost">Pings lost meanwhile.</param>
/// <param name="Why">Why it is relayed.</param>
internal sealed record MatrixCell(NatClass A, NatClass B, TimeSpan FirstPing, TimeSpan? Direct, int Lost, string Why)
{
    /// <summary>Whether a hole can be punched through both: what NATs allow by how they map and filter.</summary>
    internal static bool CanBeDirect(NatClass a, NatClass b)
    {
        if (a == NatClass.UdpBlocked || b == NatClass.UdpBlocked) return false;
        var varies = new[] { NatClass.AddressDependent, NatClass.Symmetric };
        var strict = new[] { NatClass.PortRestrictedCone, NatClass.Masquerade, NatClass.AddressDependent, NatClass.Symmetric };
        return !(varies.Contains(a) && strict.Contains(b)) && !(varies.Contains(b) && strict.Contains(a));
    }
}
