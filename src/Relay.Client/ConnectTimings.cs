namespace Relay.Client;

/// <summary>How long each step of connecting took; zero for a step that was not needed.</summary>
public sealed record ConnectTimings
{
    /// <summary>From the name to its addresses.</summary>
    public TimeSpan Dns { get; init; }

    /// <summary>The TCP connection, to the proxy where there is one.</summary>
    public TimeSpan Tcp { get; init; }

    /// <summary>The proxy's CONNECT.</summary>
    public TimeSpan Proxy { get; init; }

    /// <summary>The TLS handshake.</summary>
    public TimeSpan Tls { get; init; }

    /// <summary>The HTTP upgrade; zero after a fast start, which does not wait for it.</summary>
    public TimeSpan Upgrade { get; init; }

    /// <summary>From there to the relay's ServerInfo: keys, and the relay's admission.</summary>
    public TimeSpan Derp { get; init; }

    /// <summary>All of it.</summary>
    public TimeSpan Total => Dns + Tcp + Proxy + Tls + Upgrade + Derp;
}
