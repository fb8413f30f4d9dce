using System.Buffers;
using System.Net;
using Relay.Server.Transport.Proxies;

namespace Relay.Server.Transport;

/// <summary>Settings of accepted sockets; the defaults are the reference relay's (spec/derp.md 4.1).</summary>
public sealed record SocketTransportOptions
{
    /// <summary>Connections that the kernel may hold for us before they are accepted. Default 4096; the system may allow fewer.</summary>
    public int Backlog { get; init; } = 4096;

    /// <summary>How long sent bytes may stay unacknowledged before the kernel gives the connection up (Linux). Default 15 s.</summary>
    public TimeSpan UserTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Silence after which TCP probes the peer. Default 10 minutes: DERP's own keepalive does the real work.</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long a connection that we close may take to hear of it before it is cut. Default 2 s.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Connections of all admin listeners together; beyond, the oldest makes room for the next. Default 64.</summary>
    public int MaxAdminConnections { get; init; } = 64;

    /// <summary>Whose word about a client's address is believed. Default nobody's.</summary>
    public TrustedProxies Proxies { get; init; } = new([]);

    /// <summary>Where the pipes of HTTP connections rent their buffers; DERP connections use none of them.</summary>
    public MemoryPool<byte> Pool { get; init; } = MemoryPool<byte>.Shared;

    /// <summary>Whom a connection counts for: nobody, while only a proxy is known.</summary>
    internal IPAddress? SourceOf(EndPoint? peer) =>
        peer is IPEndPoint { Address: var address } && !Proxies.Contains(address) ? address : null;
}
