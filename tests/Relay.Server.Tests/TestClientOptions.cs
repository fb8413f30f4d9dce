using System.Net;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;
using Relay.Server.Connections;
using Relay.Server.Transport;
using Relay.Testing;

namespace Relay.Server.Tests;

internal sealed record TestClientOptions
{
    public NodePrivateKey? Key { get; init; }

    public ClientInfo Info { get; init; } = new() { CanAckPings = true };

    public int Capacity { get; init; } = DuplexStream.DefaultCapacity;

    public ReadOnlyMemory<byte> Greeting { get; init; }

    public ReadOnlyMemory<byte> Received { get; init; }

    public IPEndPoint? Address { get; init; }

    public TransportKind Transport { get; init; }

    public string? IdealNode { get; init; }

    public IHandshakeFeature? Handshake { get; init; }

    /// <summary>What lies between the relay and its end; null for nothing.</summary>
    public Func<DuplexStream, SocketStream>? Socket { get; init; }
}
