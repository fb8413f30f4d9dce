using System.Text;
using Relay.LoadTest.Links;
using Relay.Protocol.Frames;
using Relay.Protocol.Handshake;
using Relay.Protocol.Keys;

namespace Relay.LoadTest.Derp;

/// <summary>Connects clients to a relay: TCP, TLS, HTTP, and the proof of a key (spec/derp.md 5 and 8). Safe from many threads.</summary>
internal sealed class DerpDialer(RelayUrl url, TransportKind transport, TlsContext? tls)
{
    private NodeKey _relay;

    internal RelayUrl Url { get; } = url;

    /// <summary>Connects as the owner of <paramref name="key"/> and waits until the relay has accepted it.</summary>
    /// <exception cref="IOException">It did not.</exception>
    internal DerpClient Connect(NodePrivateKey key)
    {
        // Whoever wants a fast start must know the relay's key, which the first connection learns the slow way.
        var fast = transport == TransportKind.FastStart && !_relay.IsZero;
        var link = Link.Connect(Url.Address, tls, Url.ServerName);
        try
        {
            var input = new HandshakeInput(link, transport == TransportKind.WebSocket);
            byte[] head = [.. Head(fast)];
            link.WriteAll(fast ? [.. head, .. new ClientInfo { CanAckPings = true }.ToFrame(key, _relay)] : head);
            if (!fast) input.ReadHead();
            var greeting = input.ReadFrame(FrameType.ServerKey);
            if (!ServerKey.TryRead(greeting, out var relay)) throw new IOException("the relay's greeting is none");
            _relay = relay;
            if (!fast) link.WriteAll(Wrapped(new ClientInfo { CanAckPings = true }.ToFrame(key, relay)));

            // That the relay could seal it says that it read our ClientInfo; opening it would only prove the relay's own key.
            input.ReadFrame(FrameType.ServerInfo);
            return new DerpClient(link, key.Public, transport == TransportKind.WebSocket, input.Rest.ToArray());
        }
        catch (Exception e)
        {
            link.Dispose();
            if (e is IOException) throw new IOException($"{Url.Address}: {e.Message}", e);
            throw;
        }
    }

    private byte[] Wrapped(byte[] frames) => transport == TransportKind.WebSocket ? WebSocketFraming.Wrap(frames) : frames;

    private byte[] Head(bool fast)
    {
        var head = new StringBuilder($"GET {Url.Path} HTTP/1.1\r\nHost: {Url.Authority}\r\nUser-Agent: relay-load\r\nConnection: Upgrade\r\n");
        if (fast) head.Append("Derp-Fast-Start: 1\r\n");
        head.Append(transport == TransportKind.WebSocket
            ? "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: derp\r\nSec-WebSocket-Key: cmVsYXktbG9hZC1rZXktMQ==\r\n\r\n"
            : "Upgrade: DERP\r\n\r\n");
        return Encoding.ASCII.GetBytes(head.ToString());
    }
}
