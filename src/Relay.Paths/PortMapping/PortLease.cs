using System.Net;

namespace Relay.Paths.PortMapping;

/// <summary>What a router granted, with what it takes to renew and to end it.</summary>
/// <param name="External">The address and port outside.</param>
/// <param name="Lifetime">How long, within sane bounds.</param>
internal sealed record PortLease(IPEndPoint External, TimeSpan Lifetime)
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromDays(1);

    /// <summary>Null when the router grants what is none: no time, no port, or an address that nobody can send to.</summary>
    internal static PortLease? Make(IPAddress address, int port, double seconds)
    {
        if (port is < 1 or > 65535 || seconds <= 0 || !CanBeOutside(address)) return null;
        var lifetime = TimeSpan.FromSeconds(Math.Clamp(seconds, Shortest.TotalSeconds, Longest.TotalSeconds));
        return new PortLease(new IPEndPoint(address, port), lifetime);
    }

    private static bool CanBeOutside(IPAddress address)
    {
        if (address.AddressFamily != System.Net.Sockets.AddressFamily.InterNetwork || IPAddress.IsLoopback(address)) return false;
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        // 0.x.x.x, multicast and what lies beyond, broadcast among it.
        return bytes[0] is > 0 and < 224;
    }
}
