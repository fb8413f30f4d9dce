using System.Net;
using Relay.Server.Http;

namespace Relay.Server.Transport;

/// <summary>An address to listen on that remembers what it is for on the way through Kestrel to the transport.</summary>
internal sealed class RelayEndPoint(RelayListener listener) : IPEndPoint(listener.EndPoint.Address, listener.EndPoint.Port)
{
    public RelayListener Listener { get; } = listener;
}
