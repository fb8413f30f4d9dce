using System.Net;

namespace Relay.Server.Transport;

/// <summary>An address to listen on that remembers its role on the way through Kestrel to the transport.</summary>
internal sealed class RelayEndPoint(IPEndPoint address, ListenerRole role) : IPEndPoint(address.Address, address.Port)
{
    public ListenerRole Role { get; } = role;
}
