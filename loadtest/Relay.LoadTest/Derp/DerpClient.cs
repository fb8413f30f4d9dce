using Relay.LoadTest.Links;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Derp;

/// <summary>A client that the relay has accepted.</summary>
/// <param name="Link">Its connection.</param>
/// <param name="Key">Its address.</param>
/// <param name="WebSocket">Whether its frames travel in WebSocket messages.</param>
/// <param name="Received">Bytes that came after the handshake and are to be read first.</param>
internal sealed record DerpClient(Link Link, NodeKey Key, bool WebSocket, byte[] Received) : IDisposable
{
    public void Dispose() => Link.Dispose();
}
