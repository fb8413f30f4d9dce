using System.Net;
using System.Security.Cryptography.X509Certificates;
using Relay.Protocol.Keys;

namespace Relay.Client;

/// <summary>
/// How to connect and who one is. Immutable; changed copies are made with <c>with</c>. Values out of range are refused when
/// they are set, with an <see cref="ArgumentException"/> of one line.
/// </summary>
public sealed record RelayClientOptions
{
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(1), Longest = TimeSpan.FromHours(1);

    /// <summary>The key that others reach this client by. Not disposed here.</summary>
    public required NodePrivateKey PrivateKey { get; init => field = value ?? throw new ArgumentNullException(nameof(PrivateKey)); }

    /// <summary>The region's shared secret, for mesh peers and monitors. Default none.</summary>
    public MeshKey? MeshKey { get; init; }

    /// <summary>Promise the relay to answer its pings; they are answered either way while receiving. Default true.</summary>
    public bool CanAckPings { get; init; } = true;

    /// <summary>Tell the relay that this is a monitor. Default false.</summary>
    public bool IsProber { get; init; }

    /// <summary>Tell the relay, right after the handshake, that this is the client's home. Default false.</summary>
    public bool Preferred { get; init; }

    /// <summary>Ask, right after the handshake, who comes and goes; the relay cuts off those without the mesh key. Default false.</summary>
    public bool WatchConnections { get; init; }

    /// <summary>Raw DERP, WebSocket, or the one that works. Default <see cref="RelayTransport.Auto"/>.</summary>
    public RelayTransport Transport { get; init; } = RelayTransport.Auto;

    /// <summary>An HTTP proxy to go through by CONNECT: <c>http://[user:password@]host[:port]</c>, or <c>https</c>. Default none.</summary>
    public Uri? ProxyUri
    {
        get;
        init => field = value is null or { IsAbsoluteUri: true, Scheme: "http" or "https" }
            ? value
            : throw new ArgumentException("ProxyUri is no proxy's URL; http://host:port was expected");
    }

    /// <summary>
    /// Without a <see cref="ProxyUri"/>: take the proxy from HTTPS_PROXY (for http URLs HTTP_PROXY), else ALL_PROXY, honouring
    /// NO_PROXY, of the environment. Default false.
    /// </summary>
    public bool UseEnvironmentProxy { get; init; }

    /// <summary>Give IPv6 a head start of 200 ms where a relay has addresses of both families; false gives it to IPv4. Default true.</summary>
    public bool PreferIPv6 { get; init; } = true;

    /// <summary>Roots to trust beside the system's, for a relay with a certificate of one's own authority. Default none.</summary>
    public IReadOnlyList<X509Certificate2> TrustedRoots { get; init; } = [];

    /// <summary>The User-Agent header. The default is the reference client's, so that what lets that one through lets this one through.</summary>
    public string UserAgent
    {
        get;
        init => field = value is { Length: > 0 and <= 256 } && value.All(c => c is >= ' ' and < (char)127)
            ? value
            : throw new ArgumentException("UserAgent must be 1 to 256 printable ASCII characters");
    } = "Go-http-client/1.1";

    /// <summary>From the name to the relay's ServerInfo, all phases and transports together. Default 10 s; 1 ms to 1 h.</summary>
    public TimeSpan ConnectTimeout { get; init => field = Range(value, nameof(ConnectTimeout)); } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Name and TCP connection for each node of a region, before the next is tried. Through a proxy, which does both, the last
    /// node has as long as connecting may take. Default 1.5 s; 1 ms to 1 h.
    /// </summary>
    public TimeSpan NodeTimeout { get; init => field = Range(value, nameof(NodeTimeout)); } = TimeSpan.FromSeconds(1.5);

    /// <summary>
    /// How long a receive may wait without a byte from the relay, and how long one write may take, before the connection counts
    /// as dead. Relays send something about once a minute. Default 120 s; 1 ms to 1 h.
    /// </summary>
    public TimeSpan SilenceTimeout { get; init => field = Range(value, nameof(SilenceTimeout)); } = TimeSpan.FromSeconds(120);

    /// <summary>How long a ping waits for its pong. Default 5 s; 1 ms to 1 h.</summary>
    public TimeSpan PingTimeout { get; init => field = Range(value, nameof(PingTimeout)); } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <see cref="RelayClient"/>: the n-th failure in a row waits n² times this, at most <see cref="ReconnectLimit"/>, times a
    /// random 0.5 to 1.5. Default 10 ms; 1 ms to 1 h.
    /// </summary>
    public TimeSpan ReconnectStep { get; init => field = Range(value, nameof(ReconnectStep)); } = TimeSpan.FromMilliseconds(10);

    /// <summary><see cref="RelayClient"/>: see <see cref="ReconnectStep"/>. Default 5 s; 1 ms to 1 h.</summary>
    public TimeSpan ReconnectLimit { get; init => field = Range(value, nameof(ReconnectLimit)); } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// <see cref="RelayClient"/>: the most that is believed of each of the two times a restarting relay asks for. Default 60 s; 1 ms to 1 h.
    /// </summary>
    public TimeSpan RestartLimit { get; init => field = Range(value, nameof(RestartLimit)); } = TimeSpan.FromSeconds(60);

    /// <summary>The clock of every deadline. Default <see cref="TimeProvider.System"/>.</summary>
    public TimeProvider TimeProvider { get; init => field = value ?? throw new ArgumentNullException(nameof(TimeProvider)); } = TimeProvider.System;

    /// <summary>A number from 0 to below 1, for the back-off's spread.</summary>
    internal Func<double> Chance { get; init; } = Random.Shared.NextDouble;

    /// <summary>Names to addresses.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = Dns.GetHostAddressesAsync;

    /// <summary>Environment variables.</summary>
    internal Func<string, string?> Environment { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Whose options, and nothing secret.</summary>
    public override string ToString() => $"RelayClientOptions(of {PrivateKey.Public})";

    private static TimeSpan Range(TimeSpan value, string name) =>
        value >= Shortest && value <= Longest ? value : throw new ArgumentOutOfRangeException(name, $"{name} is {value}; 1 ms to 1 h was expected");
}
