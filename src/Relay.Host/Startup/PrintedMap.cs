using System.Net.Sockets;
using Relay.Host.Configuration;
using Relay.Protocol.Map;

namespace Relay.Host.Startup;

/// <summary>The DERP map of this one relay, ready to paste for Headscale, Tailscale or the agent (spec/derper-surface.md 13).</summary>
internal static class PrintedMap
{
    private const int NoStun = -1;

    /// <param name="options">Name and labels.</param>
    /// <param name="bound">The ports.</param>
    /// <param name="pin">Hash of the certificate when no authority vouches for it, else null.</param>
    internal static DerpMap Make(RelaydOptions options, BoundEndPoints bound, string? pin)
    {
        var address = options.HostAddress;
        var isV4 = address?.AddressFamily == AddressFamily.InterNetwork;
        var node = new DerpNode
        {
            Name = options.Node,
            RegionID = options.Region,
            HostName = options.HostName,
            CertName = pin,
            IPv4 = address is null ? null : isV4 ? options.HostName : "none",
            IPv6 = address is null ? null : isV4 ? "none" : options.HostName,
            STUNPort = bound.Stun is [var stun, ..] ? stun.Port : NoStun,
            DERPPort = Port(options, bound),

            // Clients build a URL from the IPv4 address, so without one the claim would be of no use.
            CanPort80 = isV4 && bound.Http?.Port == 80,
        };
        var region = new DerpRegion
        {
            RegionID = options.Region,
            RegionCode = $"r{options.Region}",
            RegionName = options.Dev ? "relayd (dev)" : options.HostName,
            Nodes = [node],
        };
        return new DerpMap { Regions = new() { [options.Region] = region } };
    }

    // Where TLS ends in front of this process, clients meet that at the usual port.
    private static int Port(RelaydOptions options, BoundEndPoints bound) =>
        options.Tls == TlsMode.Off && !options.Dev ? 443 : bound.Relay[0].Port;
}
