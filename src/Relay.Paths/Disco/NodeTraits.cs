namespace Relay.Paths.Disco;

/// <summary>What a node tells its peers about its place in the network, so that both can name the reason for a relayed path.</summary>
[Flags]
internal enum NodeTraits : byte
{
    None = 0,
    IPv4 = 1,
    IPv6 = 2,
    MappingVaries = 4,
    UdpBlocked = 8,
}
