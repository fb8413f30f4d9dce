namespace Relay.Server.Transport;

internal sealed class RelayStreamFeature(Stream stream, SocketStream socket) : IRelayStreamFeature
{
    public Stream Stream { get; } = stream;

    public SocketStream Socket { get; } = socket;
}
